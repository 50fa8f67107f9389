import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { switchyard, switchyardJson, type System } from '../index.js';

interface Gated {
  verdict: string;
  reasons: string[];
  evaluation: { id: string };
  comparison: { verdict: string; baseline: { id: string } } | null;
}

/** Sums, which the assistant can do with its calculator, and an agent without one cannot. */
function sums(cases: number, suite: string, agent = 'assistant'): string {
  return JSON.stringify({
    ...{ suite, agent, scorers: ['contains'] },
    cases: Array.from({ length: cases }, (_, n) => ({
      id: `sum-${n}`,
      input: `What is ${n} * 37?`,
      expected: `${n * 37}`,
    })).slice(1),
  });
}

export function gate(system: () => System): void {
  describe('the gate for pull requests', () => {
    let folder: string;
    let first: string;
    const gated = (args: string[], input: string) =>
      switchyard(system(), ['eval', 'gate', '-f', '-', ...args], { input });
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'switchyard-gate-'));
      const agent = 'name: guesser\ninstructions: Answer at once.\n';
      expect((await switchyard(system(), ['agents', 'apply', '-f', '-'], { input: agent })).code).toBe(0);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('passes the first evaluation where every score passes, and writes its reports', async () => {
      const [junit, markdown] = [join(folder, 'gate.xml'), join(folder, 'gate.md')];
      const args = ['eval', 'gate', '-f', '-', '--junit', junit, '--markdown', markdown];
      const found = await switchyardJson<Gated>(system(), args, { input: sums(31, 'gated') });
      first = found.evaluation.id;
      expect(found).toMatchObject({ verdict: 'PASS', comparison: null });
      expect(await readFile(junit, 'utf8')).toContain('<testsuite name="gated" tests="30" failures="0" errors="0"');
      expect(await readFile(markdown, 'utf8')).toMatch(/^### ✅ PASS: <code>gated<\/code>\n/);
    });

    it('passes what is proven not worse than the last, and says against what', async () => {
      const { code, stdout } = await gated(['--margin', '0.2'], sums(31, 'gated'));
      expect([code, stdout]).toEqual([0, expect.stringContaining(`Baseline  ${first}`)]);
      expect(stdout).toMatch(/Gate: PASS\n {2}Not worse by more than 20 points: contains\.\n$/);
    });

    it('refuses what is worse, and says by how much and which cases', async () => {
      const junit = join(folder, 'worse.xml');
      const { code, stdout } = await gated(['--baseline', first, '--junit', junit], sums(31, 'gated', 'guesser'));
      expect([code, stdout]).toEqual([1, expect.stringMatching(/Gate: FAIL\n {2}contains is worse by \d+/)]);
      expect(await readFile(junit, 'utf8')).toMatch(
        /<testcase classname="gated\.sum-1" name="contains".*\n +<failure /,
      );
    });

    it('is undecided by too few cases, with a status of its own, unless told to pass them', async () => {
      const few = sums(4, 'few');
      expect((await gated(['--baseline', 'none'], few)).code).toBe(0);
      const { code, stdout } = await gated([], few);
      expect([code, stdout]).toEqual([
        7,
        expect.stringMatching(/Gate: INCONCLUSIVE\n {2}contains is not decided by 3 cases/),
      ]);
      expect((await gated(['--inconclusive', 'pass'], few)).code).toBe(0);
    });

    it('refuses a baseline that cannot be compared with before anything is run', async () => {
      const before = await switchyardJson<unknown[]>(system(), ['eval', 'list']);
      const refused: [string[], number, RegExp][] = [
        [['--baseline', 'eval_01k00000000000000000000000'], 3, /evaluation\.not_found/],
        [['--baseline', first], 2, /is of the suite "gated", not of "few"/],
        [['--junit', join(folder, 'nowhere', 'gate.xml')], 2, /cannot be written/],
        [['--margin', '2'], 2, /two points of a hundred/],
        [['--inconclusive', 'maybe'], 2, /Allowed choices are pass, fail/],
        [['--suite', 'few'], 2, /either a file/],
      ];
      for (const [args, status, message] of refused) {
        const { code, stderr } = await gated(args, sums(4, 'few'));
        expect([args, code, stderr]).toEqual([args, status, expect.stringMatching(message)]);
      }
      expect(await switchyardJson<unknown[]>(system(), ['eval', 'list'])).toHaveLength(before.length);
    });

    it('compares two evaluations that have ended, whatever the verdict', async () => {
      const [last] = await switchyardJson<{ id: string; suite: string }[]>(system(), ['eval', 'list']);
      const { code, stdout } = await switchyard(system(), ['eval', 'compare', last?.id ?? '', '--margin', '0.5']);
      expect([last?.suite, code, stdout]).toEqual([
        'few',
        0,
        expect.stringMatching(/^INCONCLUSIVE {2}few {2}assistant\n/),
      ]);
      expect((await switchyard(system(), ['eval', 'compare', first, 'eval_01k00000000000000000000000'])).code).toBe(3);
      const apart = await switchyard(system(), ['eval', 'compare', last?.id ?? '', first]);
      expect([apart.code, apart.stderr]).toEqual([2, expect.stringContaining('comparison.invalid')]);
    });
  });
}
