import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { simulatorBackend, startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { rest, startCommand, switchyard, switchyardJson, type System } from '../index.js';

const ARITHMETIC = fileURLToPath(new URL('../../../../examples/arithmetic.suite.yaml', import.meta.url));
const FINGERPRINT = /^sha256:[0-9a-f]{64}$/;

interface Evaluation {
  id: string;
  status: string;
  total: number;
  done: number;
  results: { case_id: string; run_id: string; status: string; scores: { scorer: string; passed: boolean }[] }[];
  summary: { scorer: string; count: number; passed: number; mean: number; low: number; high: number }[];
}

export function evaluation(system: () => System): void {
  describe('an evaluation', () => {
    it('of the example suite passes, as JSON: every case, every score, with intervals', async () => {
      const done = await switchyardJson<Evaluation>(system(), ['eval', 'run', '-f', ARITHMETIC]);
      expect(done).toMatchObject({ status: 'completed', suite: 'arithmetic', total: 8, done: 8 });
      expect(done.results).toHaveLength(8);
      for (const result of done.results)
        expect([result.status, result.scores.map(({ passed }) => passed)]).toEqual([
          'completed',
          [true, true, true, true],
        ]);
      expect(done.summary.map(({ scorer }) => scorer)).toEqual(['contains', 'tool_trajectory', 'latency', 'cost']);
      for (const { count, passed, mean, low, high } of done.summary) {
        expect([count, passed, mean]).toEqual([8, 8, 1]);
        // Eight of eight says less than certainty.
        expect(low).toBeGreaterThan(0.5);
        expect(low).toBeLessThan(1);
        expect(high).toBe(1);
      }
      const again = await switchyardJson<Evaluation>(system(), ['eval', 'show', done.id]);
      expect(again.results).toEqual(done.results);
    });

    it('is a table in a terminal, and runs on another backend when told to', async () => {
      const args = ['eval', 'run', '-f', ARITHMETIC, '--backend', 'simulator-anthropic', '--repeats', '1'];
      const { code, stdout } = await switchyard(system(), args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^arithmetic version \d+ {2}assistant on simulator-anthropic {2}completed {2}4\/4 runs/m);
      expect(stdout).toMatch(/^SCORER +PASSED +PASS RATE 95 % +MEAN +MEAN 95 %$/m);
      expect(stdout).toMatch(/^contains +4\/4 +0\.\d{3} to 1\.000 +1\.000 +0\.\d{3} to 1\.000$/m);
      expect(stdout).toContain('Every case passed.');
    });

    it('tells by its exit status and in words what did not pass, for every scorer', async () => {
      const suite = {
        suite: 'mixed',
        agent: 'assistant',
        scorers: [
          { type: 'exact' },
          { type: 'contains' },
          { type: 'regex', pattern: '= \\d+$' },
          { type: 'json_schema', schema: { type: 'object' } },
          { type: 'tool_trajectory', mode: 'strict', tools: ['calculator'] },
          { type: 'tool_trajectory', name: 'clock', mode: 'unordered', tools: ['clock'] },
          { type: 'latency', max_ms: 60_000 },
          { type: 'cost', max_usd: 0.01 },
        ],
        cases: [
          { id: 'right', input: 'What is 2 + 2?', expected: '2 + 2 = 4' },
          { id: 'wrong', input: 'What is 2 + 3?', expected: '2 + 3 = 6' },
        ],
      };
      const done = await switchyardJson<Evaluation>(system(), ['eval', 'run', '-f', '-'], {
        input: JSON.stringify(suite),
        code: 1,
      });
      const passed = (id: string) =>
        done.results.find(({ case_id }) => case_id === id)?.scores.map((score) => score.passed);
      expect(done.status).toBe('completed');
      expect(passed('right')).toEqual([true, true, true, false, true, false, true, true]);
      expect(passed('wrong')).toEqual([false, false, true, false, true, false, true, true]);
      const text = await switchyard(system(), ['eval', 'show', done.id]);
      expect(text.stdout).toContain('2 of 2 runs did not pass');
    });

    it('has code score in the sandbox of tools, and counts a judge that gives no score as an error', async () => {
      const suite = {
        suite: 'judged',
        agent: 'assistant',
        scorers: [
          {
            type: 'code',
            code: 'console.log("looking"); ({ score: input.output.includes(input.expected), reason: input.tool_calls[0].tool })',
          },
          { type: 'code', name: 'broken', code: 'input.nothing.at.all' },
          { type: 'judge', agent: 'assistant', rubric: 'Is it polite?' },
        ],
        cases: [{ id: 'sum', input: 'What is 2 + 2?', expected: '4' }],
      };
      const done = await switchyardJson<Evaluation>(system(), ['eval', 'run', '-f', '-'], {
        input: JSON.stringify(suite),
        code: 1,
      });
      expect(done.results[0]?.scores).toMatchObject([
        { scorer: 'code', value: 1, passed: true, reason: 'calculator' },
        { scorer: 'broken', passed: false, error_code: 'scorer.failed' },
        // The simulator is no judge, and says so in prose.
        { scorer: 'judge', passed: false, error_code: 'judge.nonsense', judge: expect.stringMatching(FINGERPRINT) },
      ]);
      expect(done.summary).toMatchObject([{ count: 1, passed: 1 }, { errors: 1 }, { errors: 1 }]);
      const text = await switchyard(system(), ['eval', 'show', done.id]);
      expect(text.stdout).toContain('judge: 1 run could not be scored and is not counted.');
    });

    it('and every other run is on the record of its configuration', async () => {
      const { body: run } = await rest(system(), 'POST', '/v1/tasks?wait=20', {
        body: { agent: 'assistant', input: 'What is 11 * 11?' },
      });
      const { body: failed } = await rest(system(), 'POST', '/v1/tasks?wait=20', {
        body: { agent: 'assistant', input: 'What is 11 * 11?', limits: { turns: 1 } },
      });
      expect([run['status'], failed['status']]).toEqual(['completed', 'failed']);
      const outcomeOf = (of: JsonObject) =>
        waitFor(
          async () => {
            const answer = await rest(system(), 'GET', `/v1/runs/${String(of['run_id'])}/outcome`);
            return answer.status === 200 && answer.body;
          },
          { describe: 'the outcome to be recorded' },
        );
      expect(await outcomeOf(run)).toMatchObject({
        run_id: run['run_id'],
        agent: 'assistant',
        status: 'completed',
        configuration: run['configuration'],
        usage: run['usage'],
        turns: 2,
        tool_calls: 1,
      });
      expect(await outcomeOf(failed)).toMatchObject({ status: 'failed', error: { code: 'run.limit_exceeded' } });

      const records = await switchyardJson<Record<string, unknown>[]>(system(), ['eval', 'configurations']);
      const record = records.find(
        ({ configuration }) => (configuration as JsonObject)['fingerprint'] === run['configuration'],
      );
      expect(record).toMatchObject({
        agent: 'assistant',
        configuration: {
          fingerprint: expect.stringMatching(FINGERPRINT),
          backend: 'simulator',
          agent_version: run['agent_version'],
          tools: { calculator: expect.stringMatching(FINGERPRINT) },
          platform_version: expect.any(String),
        },
      });
      expect(Number(record?.['runs'])).toBeGreaterThan(8);
      expect(Number(record?.['failed'])).toBeGreaterThanOrEqual(1);
      expect(Number(record?.['success_rate'])).toBeLessThan(1);
      expect(Number(record?.['success_low'])).toBeLessThan(Number(record?.['success_rate']));
      const other = records.find(
        ({ configuration }) => (configuration as JsonObject)['backend'] === 'simulator-anthropic',
      );
      expect(other).toMatchObject({ runs: 4, completed: 4, success_rate: 1 });
    });

    describe('that is stopped', () => {
      let simulator: Simulator;
      beforeAll(async () => {
        simulator = await startSimulator({ faults: [{ fault: 'hang' }] });
        const { baseUrl, api, model } = simulatorBackend(simulator.url);
        const body = { name: 'silent', base_url: baseUrl, api, model, simulated: true };
        expect((await rest(system(), 'POST', '/v1/backends', { body })).status).toBe(200);
      });
      afterAll(async () => {
        await rest(system(), 'DELETE', '/v1/backends/silent');
        await simulator?.close();
      });

      it('ends, and its runs with it', async () => {
        const suite = {
          suite: 'stopped',
          agent: 'assistant',
          cases: [{ id: 'one', input: 'x' }],
          scorers: [{ type: 'cost', max_usd: 1 }],
        };
        const started = await rest(system(), 'POST', '/v1/evaluations', {
          body: { suite, backend: 'silent', repeats: 2 },
        });
        expect(started.status).toBe(202);
        expect(started.body).toMatchObject({ status: 'running', total: 2 });
        await waitFor(() => simulator.requests.length >= 2, { describe: 'its runs to reach the model' });
        const stopped = await rest(system(), 'POST', `/v1/evaluations/${String(started.body['id'])}/cancel`);
        expect(stopped.body).toMatchObject({ status: 'cancelled' });
        await waitFor(
          async () => {
            const { body } = await rest(system(), 'GET', '/v1/runs?limit=200');
            const runs = (body['runs'] as JsonObject[]).filter(({ backend }) => backend === 'silent');
            return runs.length === 2 && runs.every(({ status }) => status === 'cancelled');
          },
          { describe: 'its runs to be cancelled' },
        );
      });

      it('at the command line is watched, goes on without its watcher, and is cancelled', async () => {
        const suite = {
          suite: 'interrupted',
          agent: 'assistant',
          backend: 'silent',
          cases: [{ id: 'one', input: 'x' }],
          scorers: [{ type: 'cost', max_usd: 1 }],
        };
        const watching = startCommand(system(), ['eval', 'run', '-f', '-'], { input: JSON.stringify(suite) });
        const id = await waitFor(() => /^eval_\S+/m.exec(watching.stderr())?.[0], { describe: 'its id to be said' });
        watching.interrupt();
        const left = await watching.ended;
        expect([left.code, left.stdout]).toEqual([130, '']);
        expect(left.stderr).toContain(
          `The evaluation goes on.\n  switchyard eval watch ${id}\n  switchyard eval cancel ${id}\n`,
        );
        const watch = switchyard(system(), ['eval', 'watch', id]);
        const cancelled = await switchyardJson<Evaluation>(system(), ['eval', 'cancel', id]);
        expect(cancelled).toMatchObject({ id, status: 'cancelled', total: 1 });
        const watched = await watch;
        expect([watched.code, watched.stdout]).toEqual([1, expect.stringContaining('1 run was cancelled.')]);
      });
    });
  });
}
