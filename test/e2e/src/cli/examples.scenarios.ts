import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { switchyard, switchyardJson, type System } from '../index.js';

const FOLDER = fileURLToPath(new URL('../../../../examples', import.meta.url));
const MCP_SERVER = fileURLToPath(new URL('../../test/mcp-server.mjs', import.meta.url));

export function examples(system: () => System): void {
  describe('the examples', () => {
    it('are those that are proved here and in the evaluations', async () => {
      expect((await readdir(FOLDER)).sort()).toEqual([
        'accountant.yaml',
        'arithmetic.suite.yaml',
        'assistant.yaml',
        'memory-facts.yaml',
        'memory-rerank.yaml',
        'memory-summary.yaml',
        // Proved where models are swapped.
        'swap',
        'tools.yaml',
      ]);
    });

    it('assistant.yaml is the agent that a new system has', async () => {
      const applied = await switchyardJson(system(), ['agents', 'apply', '-f', join(FOLDER, 'assistant.yaml')]);
      expect(applied).toMatchObject({ outcome: 'unchanged', version: { number: 1 } });
    });

    it('accountant.yaml is applied, compared, shown and asked, as the guide says', async () => {
      const file = join(FOLDER, 'accountant.yaml');
      expect((await switchyard(system(), ['agents', 'apply', '-f', file])).stdout).toMatch(
        /^accountant created, version 1 /,
      );
      expect((await switchyard(system(), ['agents', 'diff', '-f', file])).stdout).toBe('Nothing would change.\n');
      expect((await switchyard(system(), ['agents', 'versions', 'accountant'])).stdout).toMatch(/^accountant +1 /m);
      const shown = await switchyard(system(), ['agents', 'show', 'accountant', '--version', '1']);
      expect(shown.stdout).toContain('min_context: 32000');
      const run = await switchyard(system(), ['run', '-q', '--agent', 'accountant', 'What is 19% of 350?']);
      expect(run).toMatchObject({ code: 0, stdout: '19% of 350 = 66.5\n' });
    });

    it('tools.yaml is a server that is accepted, with a program of this machine in the place of a download', async () => {
      const written = await readFile(join(FOLDER, 'tools.yaml'), 'utf8');
      const local = written
        .replace(/^command: .*$/m, `command: ${JSON.stringify(process.execPath)}`)
        .replace(/^args: .*$/m, `args: [${JSON.stringify(MCP_SERVER)}]`);
      expect(local).not.toBe(written);
      const added = await switchyardJson(system(), ['tools', 'add', '-f', '-'], { input: local });
      expect(added).toMatchObject({ name: 'everything', status: 'connected', effects: { '*': 'idempotent' } });
      const tools = await switchyardJson<{ name: string; effect: string }[]>(system(), ['tools', 'list']);
      const own = tools.filter(({ name }) => name.startsWith('everything_'));
      expect(own.length).toBeGreaterThan(0);
      expect(new Set(own.map(({ effect }) => effect))).toEqual(new Set(['idempotent']));
      expect((await switchyard(system(), ['tools', 'remove', 'everything'])).code).toBe(0);
    });
  });
}
