import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, SwitchyardError, toValue } from '@switchyard/contracts';
import { initialState, JournalStore, type EventDraft } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { ReconcilerService } from '../dispatch/reconciler.service.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, completeRun, endRun, publishedEvents, queuedWork, submit } from '../run.fixture.js';
import { ThreadTasks } from './thread-tasks.service.js';

const { applyAgent, getRun } = RouterService.method;
const tenant = 'default';

describe('a second message of a thread', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await router.startAnother();
    await applyDefaults(router);
    for (const concurrency of ['queue', 'reject', 'interrupt', 'steer'])
      await router.rpc.call(applyAgent, { tenant, definition: { name: concurrency, instructions: 'x', concurrency } });
    await router.rpc.call(applyAgent, {
      tenant,
      definition: { name: 'other', instructions: 'x', concurrency: 'steer' },
    });
  });
  afterAll(() => router.stop());

  const say = (agent: string, thread: string, input: string, more: object = {}) =>
    submit(router, { agent, thread, input, ...more });
  const textsOf = async (runId: string): Promise<string[]> =>
    (await router.journal.load(runId)).state.messages.map((message) =>
      message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    );
  const typesOf = async (runId: string) =>
    (await router.journal.load(runId)).events.map(({ body }) => body.case as string);
  const dispatched = (runId: string) =>
    waitFor(async () => (await queuedWork(router, runId)).length > 0, { describe: `${runId} to be dispatched` });
  const statusOf = async (runId: string) => (await router.rpc.call(getRun, { tenant, runId })).status;
  const turnOf = (turn: number, text: string): EventDraft['body'] => ({
    case: 'modelTurnCompleted',
    value: {
      turn,
      message: { role: 'assistant', parts: [{ type: 'text', text }] },
      backend: 'sim',
      finishReason: 'stop',
    },
  });

  describe('that interrupts', () => {
    it('ends every earlier run, tells who has one in hand, and begins with what the user had said, without the partial answer', async () => {
      const thread = 'i1';
      const done = await say('queue', thread, 'My name is Ada.');
      await dispatched(done.runId);
      await completeRun(router, done.runId, 'Hello Ada.');
      const running = await say('queue', thread, 'Book a flight to Paris.');
      await dispatched(running.runId);
      await advanceRun(router, running.runId, turnOf(1, 'On it'));
      const held = await say('queue', thread, 'And a hotel.');
      const notices: string[] = [];
      const listening = router.bus.nc.subscribe(router.bus.subjects.cancel('*'), {
        callback: (_error, message) => {
          notices.push(message.subject.split('.').at(-1) ?? '');
        },
      });
      await router.bus.nc.flush();
      const next = await say('interrupt', thread, 'No, to Rome.');
      expect(next).toMatchObject({ duplicate: false, joined: false });
      for (const { runId } of [running, held])
        expect(await router.rpc.call(getRun, { tenant, runId })).toMatchObject({
          status: 'cancelled',
          error: { message: `interrupted by ${next.runId}` },
        });
      await dispatched(next.runId);
      expect(await textsOf(next.runId)).toEqual([
        'My name is Ada.',
        'Hello Ada.',
        'Book a flight to Paris.',
        'And a hotel.',
        'No, to Rome.',
      ]);
      await waitFor(() => notices.includes(running.runId) && notices.includes(held.runId));
      listening.unsubscribe();
      await waitFor(async () => (await publishedEvents(router, running.runId)).at(-1)?.body.case === 'runCancelled');
      expect(await queuedWork(router, held.runId)).toEqual([]);
    });

    it('is known by its key, and interrupts once', async () => {
      const thread = 'i2';
      const first = await say('interrupt', thread, 'one');
      const second = await say('interrupt', thread, 'two', { idempotencyKey: 'two' });
      const third = await say('queue', thread, 'three');
      expect(await say('interrupt', thread, 'two', { idempotencyKey: 'two' })).toMatchObject({
        runId: second.runId,
        duplicate: true,
      });
      expect([await statusOf(first.runId), await statusOf(third.runId)]).toEqual(['cancelled', 'queued']);
    });

    it('writes all of it or nothing where its router dies before the commit', async () => {
      const thread = 'i3';
      const first = await say('queue', thread, 'one');
      const died = await dyingAppends(async () => {
        await expect(say('interrupt', thread, 'two', { idempotencyKey: 'i3-two' })).rejects.toMatchObject({
          code: 'database.unavailable',
        });
        expect([await statusOf(first.runId), await typesOf(first.runId)]).toEqual(['queued', ['runAccepted']]);
      });
      expect(died).toBeGreaterThan(0);
      const again = await say('interrupt', thread, 'two', { idempotencyKey: 'i3-two' });
      expect([again.duplicate, await statusOf(first.runId)]).toEqual([false, 'cancelled']);
      await dispatched(again.runId);
    });

    it('begins, and the one that it ended is told to stop, where its router dies between the commit and the bus', async () => {
      const thread = 'i4';
      const first = await say('queue', thread, 'one');
      await dispatched(first.runId);
      const [, service] = router.services;
      const accept = service?.app.get(ThreadTasks, { strict: false });
      const reconciler = service?.app.get(ReconcilerService, { strict: false });
      const ids = { tenant, taskId: 'task_i4', runId: 'run_i4', agent: 'interrupt' };
      const notices: string[] = [];
      const listening = router.bus.nc.subscribe(router.bus.subjects.cancel(first.runId), {
        callback: (_error, message) => {
          notices.push(message.subject);
        },
      });
      await router.bus.nc.flush();
      await accept?.accept({
        task: { ...ids, key: 'i4', fingerprint: 'f', backend: 'sim', thread },
        thread,
        policy: 'interrupt',
        user: '',
        input: 'two',
        before: initialState({ ...ids, idempotencyKey: 'i4' }),
        draft: {
          body: { case: 'runAccepted', value: { backend: 'sim', thread, input: toValue('two') } },
          actor: 'router',
        },
      });
      expect(await queuedWork(router, ids.runId)).toEqual([]);
      await waitFor(
        async () => {
          await reconciler?.reconcile();
          return notices.length > 0 && (await queuedWork(router, ids.runId)).length > 0;
        },
        { describe: 'the reconciler to bring what the router left', intervalMs: 200 },
      );
      listening.unsubscribe();
    });
  });

  describe('that steers', () => {
    it('becomes input of the run that is under way, in the commit that accepts it, and is known by its key', async () => {
      const thread = 's1';
      const first = await say('steer', thread, 'Count to three.');
      await dispatched(first.runId);
      await advanceRun(router, first.runId, turnOf(1, 'one two'));
      const steered = await say('steer', thread, 'In French.', { idempotencyKey: 's1-french' });
      expect(steered).toMatchObject({ runId: first.runId, joined: true, duplicate: false });
      expect(steered.taskId).not.toBe(first.taskId);
      const { events } = await router.journal.load(first.runId);
      expect(events.at(-1)?.body).toMatchObject({
        case: 'inputAppended',
        value: { source: 'user', id: steered.taskId, references: [steered.taskId] },
      });
      expect(await say('steer', thread, 'In French.', { idempotencyKey: 's1-french' })).toMatchObject({
        runId: first.runId,
        taskId: steered.taskId,
        joined: true,
        duplicate: true,
      });
      expect(await textsOf(first.runId)).toEqual(['Count to three.', 'one two', 'In French.']);
      // The thread is told of it.
      await advanceRun(router, first.runId, turnOf(2, 'un deux trois'));
      await completeAgain(first.runId, 'un deux trois');
      const next = await say('steer', thread, 'And now?');
      expect(next).toMatchObject({ joined: false });
      await dispatched(next.runId);
      expect(await textsOf(next.runId)).toEqual(['Count to three.', 'In French.', 'un deux trois', 'And now?']);
    });

    it('is told to who has the run in hand, and dispatches nothing', async () => {
      const first = await say('steer', 's2', 'one');
      await dispatched(first.runId);
      const asked: string[] = [];
      const subject = router.bus.subjects.rpc('executor', 'hand_over');
      const listening = router.bus.nc.subscribe(subject, {
        callback: (_error, message) => {
          const { run_id: runId, now } = message.json<{ run_id: string; now?: boolean }>();
          asked.push(`${runId} ${now ?? false}`);
          message.respond(JSON.stringify({ run_id: runId }));
        },
      });
      await router.bus.nc.flush();
      await say('steer', 's2', 'two');
      await waitFor(() => asked.length > 0);
      listening.unsubscribe();
      expect(asked).toEqual([`${first.runId} false`]);
      expect(await queuedWork(router, first.runId)).toHaveLength(1);
    });

    it('joins the last run of the thread, also one that waits for its turn, which then knows what was said before', async () => {
      const thread = 's3';
      const first = await say('queue', thread, 'one');
      await dispatched(first.runId);
      const held = await say('steer', thread, 'two');
      expect(held).toMatchObject({ joined: false });
      const steered = await say('steer', thread, 'three');
      expect(steered).toMatchObject({ runId: held.runId, joined: true });
      expect(await queuedWork(router, held.runId)).toEqual([]);
      await completeRun(router, first.runId, 'ONE');
      await dispatched(held.runId);
      expect(await textsOf(held.runId)).toEqual(['one', 'ONE', 'two', 'three']);
    });

    it("comes after another agent's run, another user's, and one that has ended unheard", async () => {
      const thread = 's4';
      const first = await say('steer', thread, 'one', { user: 'ann' });
      await dispatched(first.runId);
      const byOther = await say('steer', thread, 'two', { user: 'ben' });
      const toOther = await say('other', thread, 'three', { user: 'ben' });
      expect([byOther.joined, toOther.joined]).toEqual([false, false]);
      const thread2 = 's5';
      const ended = await say('steer', thread2, 'one');
      await dispatched(ended.runId);
      await endRun(router, ended.runId);
      const after = await say('steer', thread2, 'two');
      expect(after.joined).toBe(false);
      await dispatched(after.runId);
    });

    it('writes all of it or nothing where its router dies before the commit', async () => {
      const thread = 's6';
      const first = await say('steer', thread, 'one');
      await dyingAppends(async () => {
        await expect(say('steer', thread, 'two', { idempotencyKey: 's6-two' })).rejects.toMatchObject({
          code: 'database.unavailable',
        });
      });
      expect(await typesOf(first.runId)).toEqual(['runAccepted']);
      expect(await say('steer', thread, 'two', { idempotencyKey: 's6-two' })).toMatchObject({
        runId: first.runId,
        joined: true,
        duplicate: false,
      });
      expect(await textsOf(first.runId)).toEqual(['one', 'two']);
    });
  });

  async function completeAgain(runId: string, output: string): Promise<void> {
    await advanceRun(router, runId, { case: 'runCompleted', value: { output: toValue(output) } });
  }

  /** Appends of both routers take place, and their transactions break before they commit. Gives how many did. */
  async function dyingAppends(work: () => Promise<void>): Promise<number> {
    const stores = router.services.slice(1).map(({ app }) => app.get(JournalStore, { strict: false }));
    const originals = stores.map((store) => store.append.bind(store));
    let died = 0;
    stores.forEach((store, index) => {
      store.append = async (...parameters) => {
        await originals[index]?.(...parameters);
        died += 1;
        throw new SwitchyardError('database.unavailable', 'died before the commit', { retryable: true });
      };
    });
    try {
      await work();
    } finally {
      stores.forEach((store, index) => {
        const original = originals[index];
        if (original) store.append = original;
      });
    }
    return died;
  }
});
