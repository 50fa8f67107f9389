import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { freePort } from '@switchyard/servers';
import { addAgent, addBackend, ended, entriesOf, finished, runOf, submit } from '../faults/runs.fixture.js';
import { rest, startCommand, type System } from '../index.js';

/** A run whose backend fails for good, and the list of where it may go. */
export function fallbacks(system: () => System): void {
  let quota: Server;
  let good: Simulator;

  beforeAll(async () => {
    quota = createServer((request, response) => {
      request.resume();
      response.writeHead(429, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          error: {
            message: 'You exceeded your current quota.',
            type: 'insufficient_quota',
            code: 'insufficient_quota',
          },
        }),
      );
    });
    await new Promise<void>((resolve) => quota.listen(0, '127.0.0.1', resolve));
    good = await startSimulator();
    await addBackend(system(), 'z-down', `http://127.0.0.1:${await freePort()}/v1`);
    await addBackend(system(), 'z-empty', `http://127.0.0.1:${(quota.address() as AddressInfo).port}/v1`);
    await addBackend(system(), 'z-good', `${good.url}/v1`);
    await addBackend(system(), 'z-small', `${good.url}/v1`, { profile: { contextWindow: 8_000 } });
    const fallbacks = ['z-empty', 'z-small', 'z-good'];
    await addAgent(system(), 'careful', [], { model: { backend: 'z-down', min_context: 16_000, fallbacks } });
    await addAgent(system(), 'lost', [], { model: { backend: 'z-down', fallbacks: ['z-empty'] } });
    await addAgent(system(), 'anywhere', [], { model: { fallbacks: ['*'] } });
    await addAgent(system(), 'fixed', [], { model: { backend: 'z-down' } });
  });
  afterAll(async () => {
    quota?.closeAllConnections();
    quota?.close();
    await good?.close();
  });

  const movesOf = async (runId: string) =>
    (await entriesOf(system(), runId, 'backend_switched')).map(({ from, to, error }) => [
      from,
      to,
      (error as JsonObject | undefined)?.['code'],
    ]);

  it('is gone through in order: the first is down, the second out of quota, one does not suit, the last answers', async () => {
    good.enqueue({ text: 'By the last.' });
    const runId = await submit(system(), { agent: 'careful', input: 'Hi' });
    const watch = startCommand(system(), ['runs', 'watch', runId]);
    expect(await ended(system(), runId)).toMatchObject({
      ...{ status: 'completed', output: 'By the last.', backend: 'z-good' },
      switches: [
        { from: 'z-down', to: 'z-empty' },
        { from: 'z-empty', to: 'z-good' },
      ],
    });
    expect(await movesOf(runId)).toEqual([
      ['z-down', 'z-empty', 'model.unreachable'],
      ['z-empty', 'z-good', 'model.quota'],
    ]);
    expect((await watch.ended).stderr).toContain('switched from z-down to z-empty: model.unreachable: ');
  });

  it('that is used up ends the run with one error that names each backend and what it failed with', async () => {
    const run = await finished(system(), { agent: 'lost', input: 'Hi' });
    expect(run).toMatchObject({
      status: 'failed',
      error: {
        code: 'backend.all_failed',
        message: expect.stringMatching(/z-down: model\.unreachable: .*z-empty: model\.quota: /),
        details: {
          failures: [
            { backend: 'z-down', code: 'model.unreachable' },
            { backend: 'z-empty', code: 'model.quota' },
          ],
        },
      },
    });
  });

  it("is the task's own where it has one, and none where the task names its backend only", async () => {
    const { run_id: failing } = await finished(system(), { agent: 'careful', input: 'Hi', backend: 'z-empty' });
    expect(await runOf(system(), String(failing))).toMatchObject({ status: 'failed', error: { code: 'model.quota' } });
    good.enqueue({ text: 'Here.' });
    const task = { agent: 'fixed', input: 'Hi', fallbacks: ['z-good'] };
    expect(await finished(system(), task)).toMatchObject({ status: 'completed', output: 'Here.', backend: 'z-good' });
  });

  it('of "*" goes to any other that suits', async () => {
    const task = { agent: 'anywhere', input: 'What is 2 + 2?', backend: 'z-empty', fallbacks: ['*'] };
    const run = await finished(system(), task);
    expect(run).toMatchObject({ status: 'completed' });
    expect(run['backend']).not.toBe('z-empty');
  });

  it('may lead from a large window to a small one: what does not fit gives way, and the journal says so', async () => {
    const large = await startSimulator();
    const small = await startSimulator({ contextWindow: 6_000 });
    try {
      await addBackend(system(), 'z-large', `${large.url}/v1`);
      await addBackend(system(), 'z-narrow', `${small.url}/v1`, {
        profile: { contextWindow: 6_000, maxOutputTokens: 1_000 },
      });
      await addAgent(system(), 'wide', [], { model: { backend: 'z-large', fallbacks: ['z-narrow'] } });
      const said = (turn: number) => ({
        agent: 'wide',
        thread: 'wide',
        input: `${turn}: ${'All is well. '.repeat(600)}`,
      });
      for (let turn = 0; turn < 4; turn++) {
        large.enqueue({ text: 'Noted.' });
        expect(await finished(system(), said(turn))).toMatchObject({ status: 'completed', backend: 'z-large' });
      }
      large.setFault({ fault: '401' });
      small.enqueue({ text: 'By the small one.' });
      const run = await finished(system(), said(4));
      expect(run).toMatchObject({ status: 'completed', output: 'By the small one.', backend: 'z-narrow' });
      expect(await entriesOf(system(), String(run['run_id']), 'context_compacted')).toHaveLength(1);
      const [asked] = small.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.stringify(body));
      expect(asked).toContain('4: All is well.');
      expect(asked).toContain('earlier messages were left out');
      // Of the five, only the last is whole.
      expect(asked?.split('All is well. '.repeat(500))).toHaveLength(2);
    } finally {
      await Promise.all([large.close(), small.close()]);
    }
  });

  describe('in a definition', () => {
    it('is checked when the agent is applied', async () => {
      const body = { name: 'typo', instructions: 'Help.', model: { fallbacks: ['z-godo'] } };
      const answer = await rest(system(), 'POST', '/v1/agents', { body });
      expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('model.fallbacks.0')]);
    });
  });
}
