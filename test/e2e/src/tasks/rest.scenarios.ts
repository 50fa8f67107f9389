import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { rest, wholeStream, type StreamedEvent, type System } from '../index.js';

const FINGERPRINT = /^sha256:[0-9a-f]{64}$/;
const RUN_ID = /^run_[0-9a-z]{26}$/;

export function taskByRest(system: () => System): void {
  const submit = (task: JsonObject, headers: Record<string, string> = {}) =>
    rest(system(), 'POST', '/v1/tasks', { body: task, headers });
  const finished = async (task: JsonObject): Promise<JsonObject> => {
    const answer = await rest(system(), 'POST', '/v1/tasks?wait=30', { body: task });
    expect(answer.status).toBe(200);
    return answer.body;
  };

  describe('a task by REST', () => {
    it('is accepted with its ids, followed over SSE to its end, and read afterwards', async () => {
      const accepted = await submit({ agent: 'assistant', input: 'What is 17% of 2340?' });
      expect(accepted.status).toBe(202);
      expect(accepted.body).toMatchObject({
        task_id: expect.stringMatching(/^task_[0-9a-z]{26}$/),
        run_id: expect.stringMatching(RUN_ID),
      });
      const runId = String(accepted.body['run_id']);

      const events = await wholeStream(system(), runId);
      expect(journal(events).map(({ event }) => event)).toEqual([
        'RunAccepted',
        'ModelTurnCompleted',
        'ToolCallsRequested',
        'ToolCallSettled',
        'ModelTurnCompleted',
        'RunCompleted',
      ]);
      expect(journal(events).map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6']);
      expect(events.at(-1)?.event).toBe('RunCompleted');

      const run = await rest(system(), 'GET', `/v1/runs/${runId}`);
      expect(run.status).toBe(200);
      expect(run.body).toMatchObject({
        run_id: runId,
        task_id: accepted.body['task_id'],
        status: 'completed',
        input: 'What is 17% of 2340?',
        output: '17% of 2340 = 397.8',
        usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
        cost: 0,
        configuration: expect.stringMatching(FINGERPRINT),
        agent_version: expect.stringMatching(FINGERPRINT),
        backend: 'simulator',
        turns: 2,
        tool_calls: 1,
      });
      expect((run.body['usage'] as { input_tokens: number }).input_tokens).toBeGreaterThan(100);
      const lastTurn = events.findLast(({ event }) => event === 'ModelTurnCompleted');
      expect(lastTurn?.data).toMatchObject({
        model_turn_completed: { configuration: { fingerprint: run.body['configuration'] } },
      });
      expect(events.at(-1)?.data).toMatchObject({
        run_id: runId,
        run_completed: { output: run.body['output'], usage: run.body['usage'] },
      });
    });

    it('is resumed after any event with exactly the rest, at any gateway', async () => {
      const { run_id: id } = await finished({ agent: 'assistant', input: 'Add 1999 and 26' });
      const runId = String(id);
      const all = journal(await wholeStream(system(), runId)).map(({ data }) => data);
      expect(all.length).toBeGreaterThanOrEqual(6);
      for (let seen = 0; seen < all.length; seen++) {
        const replica = seen % system().replicas;
        const rest = await wholeStream(system(), runId, { lastEventId: String(seen), replica });
        expect(journal(rest).map(({ data }) => data)).toEqual(all.slice(seen));
      }
      const end = await rest(system(), 'GET', `/v1/runs/${runId}/events`, {
        headers: { 'last-event-id': String(all.length), accept: 'text/event-stream' },
      });
      expect(end.status).toBe(204);
      const asJson = await rest(system(), 'GET', `/v1/runs/${runId}/events?after_seq=2`, {
        headers: { accept: 'application/json' },
      });
      expect(asJson.body['events']).toEqual(all.slice(2));
    });

    it('is the same task under the same idempotency key, in the body or the header, and never another', async () => {
      const task = { agent: 'assistant', input: 'What is 6 * 7?', idempotency_key: 'rest-once' };
      const [one, two] = await Promise.all([submit(task), submit(task)]);
      expect([one.body['duplicate'], two.body['duplicate']].sort()).toEqual([false, true]);
      expect(two.body['run_id']).toBe(one.body['run_id']);
      const { idempotency_key: key, ...bare } = task;
      const three = await submit(bare, { 'idempotency-key': key });
      expect(three.body).toMatchObject({ run_id: one.body['run_id'], duplicate: true });
      const other = await submit({ ...task, input: 'What is 6 * 8?' });
      expect(other.status).toBe(409);
      expect(other.body).toMatchObject({ error: { code: 'task.conflict' } });
    });

    it('keeps what was said about it: input of any JSON, metadata, user, limits', async () => {
      const task = {
        agent: 'assistant',
        input: { question: 'What is 2 + 3?', tags: [1, null, true] },
        user: 'ada',
        metadata: { order: '17' },
        limits: { turns: 5, cost_usd: 0.5 },
      };
      const run = await finished(task);
      expect(run).toMatchObject({ ...task, status: 'completed', limits: { turns: 5, cost_usd: 0.5 } });
      const listed = await rest(system(), 'GET', '/v1/runs?agent=assistant&status=completed&limit=50');
      expect((listed.body['runs'] as JsonObject[]).map((each) => each['run_id'])).toContain(run['run_id']);
    });

    it('of a thread follows the one before, and knows what was said', async () => {
      const agent = { name: 'talker', instructions: 'Talk.', memory: { recall: false } };
      expect((await rest(system(), 'POST', '/v1/agents', { body: agent })).status).toBe(200);
      const first = await submit({ agent: 'talker', thread: 'pets', input: 'My dog is called Bello.' });
      const second = await finished({ agent: 'talker', thread: 'pets', input: 'What is my dog called?' });
      expect(second['output']).toContain('Bello');
      const elsewhere = await finished({ agent: 'talker', thread: 'other', input: 'What is my dog called?' });
      expect(elsewhere['output']).not.toContain('Bello');
      const runs = await rest(system(), 'GET', '/v1/runs?thread=pets');
      expect((runs.body['runs'] as JsonObject[]).map((run) => run['run_id'])).toEqual([
        second['run_id'],
        first.body['run_id'],
      ]);
    });

    it('that takes more turns than it may ends with the reason', async () => {
      const run = await finished({ agent: 'assistant', input: 'What is 2 + 2?', limits: { turns: 1 } });
      expect(run).toMatchObject({ status: 'failed', turns: 1, error: { code: 'run.limit_exceeded' } });
    });
  });
}

function journal(events: readonly StreamedEvent[]): StreamedEvent[] {
  return events.filter(({ event }) => event !== 'delta');
}
