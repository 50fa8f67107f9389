import { describe, expect, it } from '@jest/globals';
import { switchyard, switchyardJson, type System } from '../index.js';

export function watching(system: () => System): void {
  const run = (...args: string[]) => switchyard(system(), ['run', ...args]);

  describe('watching a run', () => {
    it('streams the answer to standard output, and all else to standard error', async () => {
      const { code, stdout, stderr } = await run('What is 17% of 2340?');
      expect([code, stdout]).toEqual([0, '17% of 2340 = 397.8\n']);
      expect(stderr).toContain('assistant on simulator');
      expect(stderr).toMatch(/→ calculator \{"expression":"17 \/ 100 \* 2340"\}/);
      expect(stderr).toMatch(/← 397\.8 /);
      expect(stderr).toMatch(/\d+ → \d+ tokens, \$0/);
    });

    it('says nothing but the answer with --quiet, and reads the input from a pipe or as JSON', async () => {
      expect(await run('--quiet', 'Add 3 and 4')).toEqual({ code: 0, stdout: '3 + 4 = 7\n', stderr: '' });
      const piped = await switchyard(system(), ['run', '-q', '-'], { input: 'Add 5 and 6\n' });
      expect(piped.stdout).toBe('5 + 6 = 11\n');
      const json = await switchyardJson(system(), ['run', '--input-json', '{"question":"What is 2 * 4?"}']);
      expect(json).toMatchObject({ input: { question: 'What is 2 * 4?' }, status: 'completed' });
    });

    it('can be done afterwards, with the same answer', async () => {
      const { stdout } = await switchyard(system(), ['tasks', 'submit', '--key', 'afterwards', 'What is 6 * 6?']);
      const runId = stdout.trim();
      expect(runId).toMatch(/^run_/);
      expect((await switchyard(system(), ['runs', 'watch', runId])).stdout).toBe('6 * 6 = 36\n');
      const again = await switchyard(system(), ['tasks', 'submit', '--key', 'afterwards', 'What is 6 * 6?']);
      expect(again.stdout).toContain(`${runId} (this key was known`);
      expect((await switchyard(system(), ['runs', 'list'])).stdout).toMatch(
        new RegExp(`^${runId} +completed +assistant +simulator`, 'm'),
      );
    });

    it('is a tree with durations, tokens and cost when it is over', async () => {
      const { run_id: runId } = await switchyardJson<{ run_id: string }>(system(), ['run', 'What is 8 * 8?']);
      const { stdout } = await switchyard(system(), ['trace', runId]);
      const [root, ...branches] = stdout.trimEnd().split('\n');
      expect(root).toMatch(new RegExp(`^ +\\+0 ms ✓ run ${runId} {2}[\\d.]+ m?s {2}\\d+ → \\d+ tokens {2}\\$0 `));
      expect(branches).toEqual([
        expect.stringMatching(/├─ ✓ accept /),
        expect.stringMatching(
          /├─ ✓ chat switchyard-simulator {2}[\d.]+ m?s {2}\d+ → \d+ tokens {2}\$0 turn 1, tool_calls/,
        ),
        expect.stringMatching(/│ {2}└─ ✓ execute_tool calculator {2}[\d.]+ m?s \{"expression":"8 \* 8"\}/),
        expect.stringMatching(/├─ ✓ chat switchyard-simulator {2}[\d.]+ m?s {2}\d+ → \d+ tokens {2}\$0 turn 2, stop/),
        expect.stringMatching(/└─ ✓ end 8 \* 8 = 64$/),
      ]);
    });

    it('of a run that fails ends with status 1 and the reason', async () => {
      const { code, stderr } = await run('--max-turns', '1', 'What is 1 + 1?');
      expect(code).toBe(1);
      expect(stderr).toMatch(/failed .*\[run\.limit_exceeded\]/);
    });
  });
}
