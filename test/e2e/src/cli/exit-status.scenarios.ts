import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '@switchyard/servers';
import type { JsonObject } from '@switchyard/contracts';
import { runCommand, switchyard, switchyardJson, type System } from '../index.js';

export function exitStatus(system: () => System): void {
  describe('the exit status', () => {
    it.each([
      [2, 'a command that does not exist', ['frobnicate'], /unknown command/],
      [2, 'an option that does not exist', ['runs', 'list', '--colour'], /unknown option/],
      [2, 'a number that is none', ['runs', 'list', '-n', 'many'], /whole number/],
      [2, 'no repeats at all', ['eval', 'run', '-f', '-', '--repeats', '0'], /whole number from 1/],
      [2, 'arguments that are no JSON', ['tools', 'call', 'calculator', '{'], /not JSON/],
      [2, 'metadata that is no pair', ['tasks', 'submit', '--meta', 'colour', 'x'], /"colour" is not NAME=VALUE/],
      [2, 'input that is no JSON', ['tasks', 'submit', '--input-json', '{'], /The input is not JSON/],
      [2, 'bad usage, told as JSON', ['--json', 'runs', 'list', '-n', 'many'], /^\{"error":\{"code":"usage.invalid"/],
      [2, 'a port that is none', ['up', '--port', '99999'], /up to 65535/],
      [2, 'an address that is none', ['--url', 'nowhere', '--api-key', 'x', 'runs', 'list'], /no address of a gateway/],
      [2, 'a list of nothing', ['runs', 'list', '-n', '0'], /contract\.invalid/],
      [2, 'an endpoint to probe that is none', ['backends', 'probe', 'ftp://somewhere'], /probe\.url_invalid/],
      [
        4,
        'an endpoint to probe where nobody listens',
        ['backends', 'probe', 'http://127.0.0.1:9/v1'],
        /model\.unreachable/,
      ],
      [2, 'a file that is not there', ['agents', 'apply', '-f', '/nowhere.yaml'], /definition\.unreadable/],
      [3, 'an agent that does not exist', ['run', '--agent', 'nobody', 'x'], /agent\.not_found/],
      [3, 'a run that does not exist', ['runs', 'show', 'run_01k00000000000000000000000'], /run\.not_found/],
      [3, 'a tool that does not exist', ['tools', 'show', 'hammer'], /tool\.not_found/],
      [
        3,
        'an evaluation that does not exist',
        ['eval', 'show', 'eval_01k00000000000000000000000'],
        /evaluation\.not_found/,
      ],
      [5, 'a wrong key', ['--api-key', 'sy_wrong', 'runs', 'list'], /key\.invalid/],
    ])('is %d for %s', async (code, _, args, message) => {
      const result = await switchyard(system(), args);
      expect([result.code, result.stdout]).toEqual([code, '']);
      expect(result.stderr).toMatch(message);
    });

    it('is 1 where a backend is otherwise than its profile says, and what got worse is told', async () => {
      const { base_url, model } = await switchyardJson<JsonObject>(system(), ['backends', 'show', 'simulator']);
      const input = JSON.stringify({
        name: 'seeing',
        base_url,
        model,
        api: 'openai-chat',
        profile: { capabilities: { vision: true } },
      });
      const { code, stdout } = await switchyard(system(), ['backends', 'check', '-'], { input });
      expect([code, stdout]).toEqual([
        1,
        expect.stringMatching(/^seeing has changed.*\n {2}worse {2}capabilities\.vision: true → false/),
      ]);
    });

    it('is 0 of a doctor who finds nothing wrong', async () => {
      const { code, stdout } = await switchyard(system(), ['doctor']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^✓ Services {2}router ×1, /m);
      expect(stdout.trimEnd().endsWith('Nothing is wrong.')).toBe(true);
    });

    it('is 6 for another task under the same key', async () => {
      await switchyard(system(), ['tasks', 'submit', '--key', 'taken', 'What is 1 + 1?']);
      const other = await switchyard(system(), ['tasks', 'submit', '--key', 'taken', 'What is 1 + 2?']);
      expect(other.code).toBe(6);
      expect(other.stderr).toContain('task.conflict');
    });

    it('is 4 where no system is, and says how to start one', async () => {
      const empty = await mkdtemp(join(tmpdir(), 'switchyard-e2e-empty-'));
      try {
        const nowhere = await runCommand(['--data', empty, 'runs', 'list']);
        expect(nowhere.code).toBe(4);
        expect(nowhere.stderr).toMatch(/npm start.*system\.not_running/);
        const url = `http://127.0.0.1:${await freePort()}`;
        const gone = await runCommand(['--url', url, '--api-key', 'sy_x', '--json', 'tasks', 'submit', 'x']);
        expect(gone.code).toBe(4);
        expect(JSON.parse(gone.stderr)).toMatchObject({ error: { code: 'gateway.unreachable', retryable: true } });
      } finally {
        await rm(empty, { recursive: true });
      }
    });
  });
}
