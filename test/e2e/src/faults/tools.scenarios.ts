import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, switchyard, type System } from '../index.js';
import { FaultyTools } from './faulty-tools.fixture.js';
import { addAgent, entriesOf, finished, runOf, submit } from './runs.fixture.js';

const TIMEOUT_MS = 1_500;

/** Tools that do what tools should not. */
export function toolFaults(system: () => System): void {
  let faulty: FaultyTools;
  let patient: FaultyTools;
  const call = (tool: string, args: JsonObject) =>
    rest(system(), 'POST', `/v1/tools/${tool}/call`, { body: { arguments: args } });
  const runWith = (agent: string, input: string) => finished(system(), { agent, input });
  const resultsOf = async (run: JsonObject) =>
    (await entriesOf(system(), String(run['run_id']), 'tool_call_settled')).map(
      (entry) => entry['result'] as JsonObject,
    );

  beforeAll(async () => {
    faulty = await FaultyTools.connect(system(), 'faulty', TIMEOUT_MS);
    patient = await FaultyTools.connect(system(), 'patient', 60_000);
    for (const tool of ['hang', 'hang_once', 'throw', 'strict', 'crash'])
      await addAgent(system(), `with-${tool}`, [`faulty_calc_${tool}`]);
    await addAgent(system(), 'with-megabytes', ['patient_calc_megabytes']);
    await addAgent(system(), 'with-slow', ['patient_calc_slow']);
    await addAgent(system(), 'with-count', ['patient_calc_count']);
  });

  describe('a tool', () => {
    it('that hangs is ended at its time-out, and the model is told', async () => {
      const run = await runWith('with-hang', 'What is 3 * 11?');
      expect(run).toMatchObject({ status: 'completed', output: expect.stringContaining('faulty_calc_hang') });
      expect(await resultsOf(run)).toMatchObject([{ status: 'error', error: { code: 'tool.timeout' } }]);
      const byHand = await call('faulty_calc_hang', { expression: '3 * 12' });
      expect(byHand.body).toMatchObject({
        status: 'error',
        error: {
          code: 'tool.timeout',
          message: expect.stringContaining('faulty_calc_hang'),
          details: { timeout_ms: TIMEOUT_MS },
        },
      });
      // The server is told, so that it does not go on for nobody.
      await waitFor(async () =>
        (await faulty.notes()).some((note) => note.what === 'cancelled' && note.expression === '3 * 12'),
      );
    });

    it('that hangs and cannot be undone leaves its run waiting, visibly, instead of being called again', async () => {
      const runId = await submit(system(), { agent: 'with-hang_once', input: 'What is 5 * 11?' });
      const parked = await waitFor(
        async () => (await entriesOf(system(), runId, 'run_parked')).find(({ reason }) => reason === 'unknown'),
        { describe: 'the run to be parked on an outcome that nobody knows' },
      );
      expect(parked).toMatchObject({ call_ids: [expect.stringMatching(/^call_/)] });
      expect(await runOf(system(), runId)).toMatchObject({ status: 'waiting' });
      expect((await rest(system(), 'POST', `/v1/runs/${runId}/cancel`, { body: {} })).body).toMatchObject({
        status: 'cancelled',
      });
      expect(await faulty.calls('calc_hang_once')).toEqual({ '5 * 11': 1 });
    });

    it('that throws is an error that the model reads', async () => {
      const run = await runWith('with-throw', 'What is 3 * 13?');
      expect(run).toMatchObject({ status: 'completed', output: expect.stringContaining('the gears are stuck') });
      expect(await resultsOf(run)).toMatchObject([
        { status: 'error', error: { code: 'tool.failed', message: expect.stringContaining('the gears are stuck') } },
      ]);
    });

    it('that returns megabytes is cut at its limit, and says so', async () => {
      const run = await runWith('with-megabytes', 'What is 3 * 14?');
      expect(run['status']).toBe('completed');
      const [result] = await resultsOf(run);
      expect(result).toMatchObject({ status: 'ok', truncated: true });
      const text = JSON.stringify(result?.['content']);
      expect(text.length).toBeLessThan(150_000);
      expect(text).toContain('characters are left out here, of 4000000');
    });

    it('whose process dies is an error, and the server is there again for the next call', async () => {
      const run = await runWith('with-crash', 'What is 3 * 15?');
      // It is given to the server once more, which starts anew for it: on a busy machine the time is up before it dies again.
      const code = expect.stringMatching(/^tool\.(disconnected|timeout)$/);
      expect(await resultsOf(run)).toMatchObject([{ status: 'error', error: { code } }]);
      const next = await waitFor(async () => {
        const { body } = await call('faulty_calc_count', { expression: 'after the crash' });
        return body['status'] === 'ok' && body;
      });
      expect(next).toMatchObject({ content: [{ type: 'text', text: '42' }] });
    });

    it('is not called with arguments that do not fit its schema', async () => {
      const byHand = await call('faulty_calc_strict', { expression: '1 + 1', extra: true });
      expect(byHand.body).toMatchObject({ status: 'error', error: { code: 'tool.invalid_arguments' } });
      const { message, details } = byHand.body['error'] as { message: string; details: JsonObject };
      expect(message).toContain('/expression');
      expect(message).toContain('"extra"');
      expect(details['faults']).toHaveLength(2);
      const byCommand = await switchyard(system(), ['tools', 'call', 'faulty_calc_strict', '{"expression":"1 + 1"}']);
      expect(byCommand.code).toBe(2);
      expect(byCommand.stdout).toContain('[tool.invalid_arguments]');
      const run = await runWith('with-strict', 'What is 3 * 16?');
      expect(run).toMatchObject({ status: 'failed', error: { code: 'model.invalid_calls' } });
      expect(await resultsOf(run)).toMatchObject([{ status: 'error' }, { status: 'error' }, { status: 'error' }]);
      expect(await faulty.calls('calc_strict')).toEqual({});
    });

    it('that takes long parks its run, which then goes on with the result, and ran once', async () => {
      const run = await runWith('with-slow', 'What is 3 * 17?');
      expect(run).toMatchObject({ status: 'completed', output: expect.stringContaining('42') });
      const runId = String(run['run_id']);
      expect(await entriesOf(system(), runId, 'run_parked')).toMatchObject([{ reason: 'tool' }]);
      expect(await entriesOf(system(), runId, 'run_resumed')).toHaveLength(1);
      expect(await patient.calls('calc_slow')).toEqual({ '3 * 17': 1 });
    });
  });

  describe('a server of tools', () => {
    it('that cannot be started is connected as failing, with the reason', async () => {
      const body = { name: 'ghost', kind: 'mcp-stdio', command: '/no/such/program' };
      const answer = await rest(system(), 'POST', '/v1/tool-servers', { body });
      expect(answer.body).toMatchObject({ name: 'ghost', status: 'failing', tool_count: 0 });
      expect(JSON.stringify(answer.body['last_error'])).toContain('/no/such/program');
      const listed = await switchyard(system(), ['tools', 'servers']);
      expect(listed.stdout).toMatch(/ghost .*failing/);
      expect((await rest(system(), 'DELETE', '/v1/tool-servers/ghost')).status).toBeLessThan(300);
    });
  });
}
