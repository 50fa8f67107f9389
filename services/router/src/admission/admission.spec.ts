import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureConsumer, ensureStreams, execDurable } from '@switchyard/bus';
import { decode, ExecWorkSchema, RouterService } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, deleteStreams, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { queuedWork, submit } from '../run.fixture.js';
import { mostQueued } from './backend-queue.js';
import { WaitingTasksRepository } from './waiting-tasks.repository.js';

const FLEET = 8;
const MOST = mostQueued(FLEET);
const AT_ONCE = 50;

describe('admission', () => {
  let router: RouterUnderTest;
  afterEach(() => router.stop());

  const start = async (environment: Record<string, string> = {}) => {
    router = await startRouter({
      environment: {
        SWITCHYARD_EXECUTOR_CONCURRENCY: String(FLEET),
        SWITCHYARD_RECONCILE_MS: '300',
        ...environment,
      },
    });
    await applyDefaults(router);
    await router.rpc.call(RouterService.method.applyAgent, {
      tenant: 'modest',
      definition: { name: 'helper', instructions: 'Help.' },
    });
    await consumer();
  };
  /** As the backend's executors make it. */
  const consumer = () =>
    ensureConsumer(router.bus, {
      kind: 'exec',
      durable: execDurable('sim'),
      filters: [router.bus.subjects.exec('sim', '*')],
      maxAckPending: FLEET,
    });
  const submitMany = async (count: number, task: Record<string, unknown> = {}) => {
    const runIds: string[] = [];
    // As many at a time as a busy machine answers in time.
    while (runIds.length < count) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - runIds.length) }, () => submit(router, task));
      runIds.push(...(await Promise.all(some)).map(({ runId }) => runId));
    }
    return runIds;
  };
  const waitingNow = async (tenant = '') => {
    const { queues } = await router.rpc.call(RouterService.method.listQueues, { tenant });
    return queues.reduce((sum, { waiting }) => sum + waiting, 0);
  };
  /** Takes work as executors do, one after the other, until so much has come; each run once. @returns runs in order */
  const drain = async (count: number, timeoutMs = 40_000) => {
    const name = `${router.bus.prefix.toUpperCase()}_EXEC`;
    const runs: string[] = [];
    const queue = await router.bus.js.consumers.get(name, execDurable('sim'));
    const deadline = Date.now() + timeoutMs;
    while (runs.length < count && Date.now() < deadline) {
      const message = await queue.next({ expires: 1_000 });
      if (!message) continue;
      runs.push(decode(ExecWorkSchema, message.data).runId);
      await message.ackAck();
    }
    expect(runs).toHaveLength(count);
    expect(new Set(runs).size).toBe(count);
    return runs;
  };

  it('keeps back what executors cannot do yet, where it is seen, and loses nothing of it', async () => {
    await start();
    const submitted = await submitMany(200);
    await waitFor(async () => (await queuedWork(router)).length + (await waitingNow()) === 200);
    // What the executors are scaled by is what they can do, give or take what was sent between two looks.
    expect((await queuedWork(router)).length).toBeLessThanOrEqual(MOST);
    expect(await waitingNow('default')).toBeGreaterThanOrEqual(200 - MOST);
    expect(await waitingNow('modest')).toBe(0);
    expect((await drain(200)).sort()).toEqual(submitted.sort());
    expect(await waitingNow()).toBe(0);
  });

  it('holds back nothing where there is room, nor what a thread holds back anyway', async () => {
    await start();
    const [runId = ''] = await submitMany(1);
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    await submitMany(3, { thread: 'one' });
    await waitFor(async () => (await queuedWork(router)).length === 2);
    expect(await waitingNow()).toBe(0);
  });

  it('gives a tenant that asks for little its share beside a greedy one that came before', async () => {
    await start();
    const greedy = new Set(await submitMany(500));
    await waitFor(async () => (await queuedWork(router)).length + (await waitingNow()) === 500);
    const queued = (await queuedWork(router)).length;
    await submitMany(10, { tenant: 'modest' });
    await waitFor(async () => (await waitingNow('modest')) > 0);
    const order = (await drain(510, 80_000)).slice(queued);
    const last = order.findLastIndex((runId) => !greedy.has(runId));
    // Beyond those that were in the queue already.
    expect(last).toBeLessThan(30);
    expect(order.filter((runId) => !greedy.has(runId))).toHaveLength(10);
  }, 150_000);

  it('lets high priority through first, and starves nobody', async () => {
    await start();
    await submitMany(MOST + 20);
    await waitFor(async () => (await queuedWork(router)).length + (await waitingNow()) === MOST + 20);
    const queued = (await queuedWork(router)).length;
    const high = new Set(await submitMany(40, { priority: 'high' }));
    const order = (await drain(MOST + 60, 60_000)).slice(queued);
    const places = order.flatMap((runId, place) => (high.has(runId) ? [place] : []));
    // Of every eight one is not high; a few went ahead before the first high one was accepted.
    expect(places.at(-1)).toBeLessThan(40 + 40 / 7 + 8);
    const between = order.slice(0, places.at(-1)).filter((runId) => !high.has(runId));
    expect(between.length).toBeGreaterThanOrEqual(4);
  });

  it('leaves to the next router what one that died has kept back, or admitted and not sent', async () => {
    await start();
    const submitted = await submitMany(MOST + 40);
    await waitFor(async () => (await queuedWork(router)).length + (await waitingNow()) === submitted.length);
    const [toolHost, first] = router.services.splice(0);
    await first?.stop();
    // As a router that is killed between its commit and its messages.
    const waiting = new WaitingTasksRepository(router.dataSource);
    const lost = await waiting.exclusively('sim', (manager) =>
      waiting.admit(manager, 'sim', [{ tenant: 'default', priority: 0, count: 10 }]),
    );
    expect(lost).toHaveLength(10);
    await router.startAnother();
    expect((await drain(submitted.length, 60_000)).sort()).toEqual(submitted.sort());
    await toolHost?.stop();
  });

  it('brings everything back when the streams are lost while runs wait', async () => {
    await start({ SWITCHYARD_STALLED_AFTER_MS: '1500' });
    const submitted = await submitMany(MOST + 30);
    await waitFor(async () => (await queuedWork(router)).length + (await waitingNow()) === submitted.length);
    await deleteStreams(router.bus);
    await ensureStreams(router.bus);
    await consumer();
    const name = `${router.bus.prefix.toUpperCase()}_EXEC`;
    const queue = await router.bus.js.consumers.get(name, execDurable('sim'));
    const seen = new Set<string>();
    await waitFor(
      async () => {
        const message = await queue.next({ expires: 1_000 });
        if (message) {
          seen.add(decode(ExecWorkSchema, message.data).runId);
          await message.ackAck();
        }
        return seen.size === submitted.length;
      },
      { describe: 'every run to come' },
    );
  });

  it('never sends what was cancelled while it waited, and two routers fill the room once', async () => {
    await start();
    await router.startAnother();
    const submitted = await submitMany(MOST * 4);
    await waitFor(async () => (await queuedWork(router)).length + (await waitingNow()) === submitted.length);
    // Each has sent half a queue at most before it looked, and from then on one of them fills it.
    expect((await queuedWork(router)).length).toBeLessThanOrEqual(2 * MOST);
    const rows: { run_id: string }[] = await router.dataSource.query(
      'SELECT run_id FROM registry.tasks WHERE waiting_since IS NOT NULL ORDER BY waiting_since DESC LIMIT 5',
    );
    for (const { run_id: runId } of rows) {
      await router.rpc.call(RouterService.method.cancel, { tenant: 'default', runId, reason: '', actor: 'test' });
    }
    const gone = new Set(rows.map((row) => row.run_id));
    await waitFor(async () => {
      const ended: unknown[] = await router.dataSource.query(
        'SELECT 1 FROM registry.tasks WHERE run_id = ANY ($1) AND ended_at IS NOT NULL',
        [[...gone]],
      );
      return ended.length === gone.size;
    });
    const came = await drain(submitted.length - gone.size, 60_000);
    expect(came.filter((runId) => gone.has(runId))).toEqual([]);
  });
});
