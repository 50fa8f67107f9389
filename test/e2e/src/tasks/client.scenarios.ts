import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromValue, readConnection, SwitchyardBus, SwitchyardClient } from '@switchyard/client';
import { eventTypeOf, toValue } from '@switchyard/contracts';
import type { System } from '../index.js';

export function taskByClient(system: () => System): void {
  describe('a task by the client library', () => {
    it('over HTTP, with nothing but the data folder: submitted, followed, read', async () => {
      const { gateway_url: url, api_key: apiKey } = await readConnection(system().dataDir);
      const client = new SwitchyardClient({ url, apiKey });
      const { runId } = await client.tasks.submit({ agent: 'assistant', input: 'What is 17% of 2340?' });
      let text = '';
      const types: string[] = [];
      for await (const signal of client.runs.events(runId)) {
        if (signal.type === 'event') types.push(eventTypeOf(signal.event));
        else if (signal.delta.kind === 'reset') text = '';
        else if (signal.delta.kind === 'text') text += signal.delta.text;
      }
      expect(types[0]).toBe('RunAccepted');
      expect(types.at(-1)).toBe('RunCompleted');
      const run = await client.runs.wait(runId);
      expect(run).toMatchObject({ status: 'completed', costUsd: 0, turns: 2 });
      expect(fromValue(run.output)).toBe('17% of 2340 = 397.8');
      // A run that had ended before the stream was opened has no pieces left to send.
      expect(['', '17% of 2340 = 397.8']).toContain(text);
      expect(await client.runs.journal(runId)).toHaveLength(run.seq);
      const rest: number[] = [];
      for await (const signal of client.runs.events(runId, { afterSeq: 3 }))
        if (signal.type === 'event') rest.push(signal.event.seq);
      expect(rest).toEqual(Array.from({ length: run.seq - 3 }, (_, index) => index + 4));
    });

    describe('over the bus', () => {
      let bus: SwitchyardBus;
      beforeAll(async () => {
        const { nats_url: url, prefix } = system().connection;
        bus = await SwitchyardBus.connect({ url, prefix });
      });
      afterAll(() => bus?.close());

      it('is submitted and waited for', async () => {
        const end = await bus.runTask({
          agent: 'assistant',
          input: toValue('Divide 10 by 4'),
          idempotencyKey: 'client-run-task',
        });
        expect(end.body).toMatchObject({ case: 'runCompleted', value: { turns: 2 } });
        if (end.body.case === 'runCompleted') expect(fromValue(end.body.value.output)).toBe('10 / 4 = 2.5');
      });

      it('that fails is waited for too', async () => {
        const end = await bus.runTask({
          agent: 'assistant',
          input: toValue('What is 1 + 2?'),
          idempotencyKey: 'client-run-task-fails',
          limits: { turns: 1 },
        });
        expect(end.body).toMatchObject({ case: 'runFailed', value: { error: { code: 'run.limit_exceeded' } } });
      });

      it('that was run before is answered with the end of that run', async () => {
        const task = { agent: 'assistant', input: 'Divide 9 by 4', idempotencyKey: 'client-run-task-again' };
        const first = await bus.runTask(task);
        expect(await bus.runTask(task)).toEqual(first);
      });

      it('that cannot be accepted is refused at once', async () => {
        const task = { agent: 'nobody', input: 'x', idempotencyKey: 'client-run-task-refused' };
        await expect(bus.runTask(task, { timeoutMs: 600_000 })).rejects.toMatchObject({ code: 'agent.not_found' });
      });

      it('is submitted with an answer, and refused with its code', async () => {
        const task = { agent: 'assistant', input: toValue('What is 7 * 7?'), idempotencyKey: 'client-submit' };
        const first = await bus.submit(task);
        expect(first).toMatchObject({ duplicate: false, runId: expect.stringMatching(/^run_/) });
        expect(await bus.submit(task)).toMatchObject({ duplicate: true, runId: first.runId });
        await expect(bus.submit({ agent: 'nobody', input: toValue('x') })).rejects.toMatchObject({
          code: 'agent.not_found',
        });
      });

      it('is seen event by event', async () => {
        const types: string[] = [];
        const events = bus.events();
        const watching = (async () => {
          for await (const event of events) {
            if (event.idempotencyKey !== 'client-events') continue;
            types.push(eventTypeOf(event));
            if (types.at(-1) === 'RunCompleted') return;
          }
        })();
        // The subscription exists once the generator runs; a round trip on the same connection comes after it.
        await bus.submit({ agent: 'assistant', input: toValue('x'), idempotencyKey: 'client-events-before' });
        await bus.publishTask({
          agent: 'assistant',
          input: toValue('What is 8 * 8?'),
          idempotencyKey: 'client-events',
        });
        await watching;
        expect(types[0]).toBe('RunAccepted');
        expect(types).toHaveLength(6);
      });
    });
  });
}
