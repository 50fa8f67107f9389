import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, RouterService, RunEventSchema } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, completeRun, endRun, publishEvent, queuedWork, submit } from '../run.fixture.js';

const { applyAgent, cancel, listDeadLetters } = RouterService.method;
const tenant = 'default';

describe('the runs of a thread', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await router.startAnother();
    await applyDefaults(router);
    await router.rpc.call(applyAgent, {
      tenant,
      definition: { name: 'strict', instructions: 'x', concurrency: 'reject' },
    });
  });
  afterAll(() => router.stop());

  const dispatched = async (runId: string) => (await queuedWork(router, runId)).length > 0;
  const untilDispatched = (runId: string) =>
    waitFor(() => dispatched(runId), { describe: `${runId} to be dispatched` });

  it('are dispatched one after the other, in the order of their acceptance', async () => {
    const runs: string[] = [];
    for (const input of ['one', 'two', 'three']) runs.push((await submit(router, { input, thread: 't1' })).runId);
    const [one = '', two = '', three = ''] = runs;
    await untilDispatched(one);
    expect([await dispatched(two), await dispatched(three)]).toEqual([false, false]);
    await completeRun(router, one, 'ONE');
    await untilDispatched(two);
    expect(await dispatched(three)).toBe(false);
    await completeRun(router, two, 'TWO');
    await untilDispatched(three);
  });

  it('are told what the thread said before, once, ahead of their input', async () => {
    const first = await submit(router, { input: 'My name is Ada.', thread: 't2' });
    const second = await submit(router, { input: 'What is my name?', thread: 't2' });
    await untilDispatched(first.runId);
    expect((await router.journal.load(first.runId)).events).toHaveLength(1);
    await completeRun(router, first.runId, 'Hello Ada.');
    await untilDispatched(second.runId);
    const { state, events } = await router.journal.load(second.runId);
    expect(events.map(({ body }) => body.case)).toEqual(['runAccepted', 'inputAppended']);
    expect(events[1]?.body.value).toMatchObject({ source: 'thread', references: [first.runId] });
    expect(state.messages.map(({ role, parts }) => [role, parts])).toEqual([
      ['user', [{ type: 'text', text: 'My name is Ada.' }]],
      ['assistant', [{ type: 'text', text: 'Hello Ada.' }]],
      ['user', [{ type: 'text', text: 'What is my name?' }]],
    ]);
  });

  it('go on after one that failed or was cancelled, also while it was held', async () => {
    const [first, second, third] = await Promise.all([]).then(async () => [
      await submit(router, { thread: 't3' }),
      await submit(router, { thread: 't3' }),
      await submit(router, { thread: 't3' }),
    ]);
    if (!first || !second || !third) throw new Error('three were submitted');
    await router.rpc.call(cancel, { tenant, runId: second.runId });
    const [failed] = await advanceRun(router, first.runId, {
      case: 'runFailed',
      value: { error: { code: 'x', message: 'x' } },
    });
    if (failed) await publishEvent(router, failed);
    await untilDispatched(third.runId);
    expect(await dispatched(second.runId)).toBe(false);
  });

  it('never have two open dispatches, however many are submitted at once', async () => {
    const submitted = await Promise.all(
      Array.from({ length: 12 }, (_, index) => submit(router, { input: index, thread: 't4' })),
    );
    const left = new Set(submitted.map(({ runId }) => runId));
    while (left.size > 0) {
      const open = await waitFor(async () => {
        const work = (await queuedWork(router)).map(({ runId }) => runId).filter((runId) => left.has(runId));
        return work.length > 0 && work;
      });
      expect(open).toHaveLength(1);
      const [runId = ''] = open;
      left.delete(runId);
      await completeRun(router, runId);
    }
  });

  it('do not go on because somebody says on the bus that the one in hand has ended', async () => {
    const first = await submit(router, { thread: 't8' });
    const second = await submit(router, { thread: 't8' });
    await untilDispatched(first.runId);
    const end = { seq: 9, body: { case: 'runCompleted', value: {} } } as const;
    const event = create(RunEventSchema, { ...end, tenant, runId: first.runId });
    const { bus } = router;
    await heardOf(await bus.publish(bus.subjects.event(tenant, first.runId, 'RunCompleted'), RunEventSchema, event));
    expect(await dispatched(second.runId)).toBe(false);
    await bus.publish(bus.subjects.event(tenant, second.runId, 'RunCompleted'), RunEventSchema, event);
    const letter = await waitFor(async () =>
      (await router.rpc.call(listDeadLetters, { kind: 'event' })).letters.find(({ runId }) => runId === second.runId),
    );
    expect(letter.cause).toMatchObject({ code: 'contract.invalid' });
    await completeRun(router, first.runId);
    await untilDispatched(second.runId);
  });

  /** The routers have settled this event. */
  async function heardOf({ stream, seq }: { stream: string; seq: number }): Promise<void> {
    const manager = await router.bus.js.jetstreamManager(false);
    await waitFor(async () => (await manager.consumers.info(stream, 'events-router')).ack_floor.stream_seq >= seq);
  }

  it('of other threads do not wait', async () => {
    const first = await submit(router, { thread: 't5' });
    const other = await submit(router, { thread: 't6' });
    await Promise.all([untilDispatched(first.runId), untilDispatched(other.runId)]);
  });

  it('are refused where the agent says so, and taken at once after the end, before anybody heard of it', async () => {
    const first = await submit(router, { agent: 'strict', thread: 't7' });
    await expect(submit(router, { agent: 'strict', thread: 't7' })).rejects.toMatchObject({
      code: 'thread.busy',
      retryable: true,
    });
    const body = JSON.stringify({ agent: 'strict', input: 'busy on the bus', thread: 't7' });
    await router.bus.publishText(router.bus.subjects.tasks(tenant), body);
    const letter = await waitFor(async () =>
      (await router.rpc.call(listDeadLetters, { kind: 'tasks' })).letters.find(({ payload }) => payload === body),
    );
    expect(letter.cause).toMatchObject({ code: 'thread.busy' });
    // Journaled, and its event not published.
    await endRun(router, first.runId);
    const second = await submit(router, { agent: 'strict', thread: 't7' });
    await untilDispatched(second.runId);
  });
});
