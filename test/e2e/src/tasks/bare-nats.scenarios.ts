import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { JsonObject } from '@switchyard/contracts';
import { rest, switchyard, switchyardJson, wholeStream, type System } from '../index.js';

/** Nothing of ours on this side: a NATS client and JSON. */
export function taskByBareNats(system: () => System): void {
  describe('a task by a bare NATS client', () => {
    let nats: NatsConnection;
    beforeAll(async () => {
      nats = await system().nats();
    });
    afterAll(() => nats?.close());

    const tasks = () => system().subject('tasks.default');
    const publish = (task: JsonObject, messageId?: string): void => {
      const head = headers();
      if (messageId) head.set('Nats-Msg-Id', messageId);
      nats.publish(tasks(), JSON.stringify(task), { headers: head });
    };
    /** Listens from now on; gives the end of the run of a key. */
    const endOf = async (key: string): Promise<() => Promise<{ message: Msg; event: JsonObject }>> => {
      const subscription = nats.subscribe(system().subject('event.default.*.RunCompleted'));
      await nats.flush();
      return async () => {
        for await (const message of subscription) {
          const event = message.json<JsonObject>();
          if (event['idempotency_key'] === key) return { message, event };
        }
        throw new Error('The connection ended before the run did.');
      };
    };

    it('is run, and its result is read from the bus, REST, SSE and the command line', async () => {
      const result = await endOf('order-17');
      publish({ agent: 'assistant', input: 'What is 12.5 * 48?', idempotency_key: 'order-17' });
      const { message, event } = await result();
      const runId = String(event['run_id']);
      expect(message.subject).toBe(system().subject(`event.default.${runId}.RunCompleted`));
      expect(event).toMatchObject({
        agent: 'assistant',
        task_id: expect.stringMatching(/^task_/),
        // Free, and proto3 JSON leaves a zero out.
        run_completed: { output: '12.5 * 48 = 600', turns: 2, tool_calls: 1 },
      });

      const run = await rest(system(), 'GET', `/v1/runs/${runId}`);
      expect(run.body).toMatchObject({ status: 'completed', output: '12.5 * 48 = 600' });
      const streamed = await wholeStream(system(), runId);
      expect(streamed.at(-1)).toMatchObject({ event: 'RunCompleted', data: { run_completed: event['run_completed'] } });
      expect((await switchyard(system(), ['runs', 'show', runId])).stdout).toContain('output  12.5 * 48 = 600');
      expect(await switchyardJson(system(), ['runs', 'show', runId])).toMatchObject({ output: '12.5 * 48 = 600' });
    });

    it.each([
      ['idempotency_key', { idempotency_key: 'by-key' }, undefined, 'by-key'],
      ['Nats-Msg-Id', {}, 'by-message-id', 'by-message-id'],
    ])('is run once however often it is published with the same %s', async (_, own, messageId, key) => {
      const task = { agent: 'assistant', input: 'Subtract 17 from 100', thread: `once-${key}`, ...own };
      const result = await endOf(key);
      for (let copy = 0; copy < 4; copy++) publish(task, messageId);
      const { event } = await result();
      // The router's own answer: the key is known, and the run is this one.
      const again = await nats.request(
        system().subject('rpc.router.submit'),
        JSON.stringify({ ...task, idempotency_key: key, tenant: 'default' }),
        { timeout: 5_000 },
      );
      expect(again.json()).toMatchObject({ run_id: event['run_id'], duplicate: true });
      const runs = await rest(system(), 'GET', `/v1/runs?thread=once-${key}`);
      expect(runs.body['runs']).toHaveLength(1);
    });

    it('is acknowledged by the stream when it is on disk', async () => {
      const task = { agent: 'assistant', input: 'What is 1 + 1?', idempotency_key: 'acknowledged' };
      const ack = await nats.request(tasks(), JSON.stringify(task), { timeout: 5_000 });
      expect(ack.json()).toMatchObject({ stream: expect.any(String), seq: expect.any(Number) });
    });

    it('is accepted by the RPC with its ids, and refused with a code', async () => {
      const ask = (task: JsonObject) =>
        nats.request(system().subject('rpc.router.submit'), JSON.stringify(task), { timeout: 5_000 });
      const accepted = await ask({ agent: 'assistant', input: 'What is 3 * 3?' });
      expect(accepted.headers?.get('Nats-Service-Error-Code') ?? '').toBe('');
      expect(accepted.json()).toMatchObject({
        task_id: expect.stringMatching(/^task_/),
        run_id: expect.stringMatching(/^run_/),
      });
      const refused = await ask({ agent: 'nobody', input: 'x' });
      expect(refused.headers?.get('Nats-Service-Error-Code')).toBe('agent.not_found');
      expect(refused.headers?.get('Nats-Service-Error')).toContain('nobody');
      expect(refused.json()).toMatchObject({ code: 'agent.not_found', message: expect.stringContaining('nobody') });
    });

    it('can be watched while it runs: every journal entry and the pieces of the answer', async () => {
      const seen: [string, JsonObject][] = [];
      const entries = nats.subscribe(system().subject('event.default.>'));
      const pieces = nats.subscribe(system().subject('stream.default.*'));
      const gather = (async () => {
        for await (const piece of pieces) seen.push(['delta', piece.json<JsonObject>()]);
      })();
      await nats.flush();
      publish({ agent: 'assistant', input: 'What is 5 * 5?', idempotency_key: 'watched' });
      const types: string[] = [];
      for await (const entry of entries) {
        if (entry.json<JsonObject>()['idempotency_key'] !== 'watched') continue;
        types.push(entry.subject.split('.').at(-1) ?? '');
        if (types.at(-1) === 'RunCompleted') {
          const runId = entry.subject.split('.').at(-2);
          await nats.flush();
          pieces.unsubscribe();
          await gather;
          const text = seen.filter(([, delta]) => delta['run_id'] === runId && delta['kind'] === 'text');
          expect(text.map(([, delta]) => delta['text']).join('')).toBe('5 * 5 = 25');
          break;
        }
      }
      expect(types).toEqual([
        'RunAccepted',
        'ModelTurnCompleted',
        'ToolCallsRequested',
        'ToolCallSettled',
        'ModelTurnCompleted',
        'RunCompleted',
      ]);
    });
  });
}
