import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execDurable, RpcServer, rpcSubject } from '@switchyard/bus';
import { EmptySchema, RouterService } from '@switchyard/contracts';
import { RateStore } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { World } from './world.fixture.js';

let world: World;
beforeEach(async () => {
  world = await World.create({ SWITCHYARD_MODEL_ATTEMPTS: '2', SWITCHYARD_STOP_GRACE_MS: '100' });
});
afterEach(() => world.close());

const modelRequests = (): number => world.simulator.requests.filter(({ path }) => path.includes('completions')).length;
const inHand = (runId: string) =>
  waitFor(async () => (await world.store.findRun(runId))?.status === 'running', { describe: `${runId} to be in hand` });
const announce = (): void => world.bus.emit(world.bus.subjects.rpc('router', 'backends_changed'), EmptySchema, {});
const hurry = (seconds: number) =>
  sql(world.dataSource, `UPDATE journal.rates SET refilled_at = refilled_at - $1 * interval '1 second'`, [seconds]);

describe('the limits of a backend', () => {
  it('hold over two executors: who finds no room waits in hand, the queue is paused, and nothing fails', async () => {
    world.surroundings.backend.requestsPerMinute = 1;
    await Promise.all([world.startExecutor(), world.startExecutor()]);
    expect((await world.ended(await world.accept('Hi'))).state.status).toBe('completed');
    const waiting = await world.accept('Hi');
    await inHand(waiting);
    const manager = await world.bus.js.jetstreamManager(false);
    const [stream = ''] = await manager.streams.names(world.bus.subjects.exec('simulator', '*')).next();
    await waitFor(async () => (await manager.consumers.info(stream, execDurable('simulator'))).paused, {
      describe: 'the queue to be paused',
    });
    expect(modelRequests()).toBe(1);
    await hurry(60);
    expect((await world.ended(waiting)).state.status).toBe('completed');
    expect(modelRequests()).toBe(2);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('count the tokens that were used, whatever was expected, and take a cancel while a run waits', async () => {
    world.surroundings.backend.tokensPerMinute = 600_000;
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Hi'));
    const used = state.usage.inputTokens + state.usage.outputTokens;
    await waitFor(
      async () => {
        const [row] = await sql<{ tokens: number }>(world.dataSource, 'SELECT tokens FROM journal.rates');
        return row && Math.abs(row.tokens - (60_000 - used)) < 1e-6;
      },
      { describe: 'the bucket to be put right' },
    );
    await sql(world.dataSource, `UPDATE journal.rates SET tokens = -1e9`);
    const runId = await world.accept('Hi');
    await inHand(runId);
    const { state: waiting } = await world.store.load(runId);
    await world.store.append(waiting, [{ body: { case: 'runCancelled', value: {} }, actor: 'router' }]);
    world.bus.nc.publish(world.bus.subjects.cancel(runId), JSON.stringify({ tenant: 'default', run_id: runId }));
    await world.queueEmpty();
    expect(modelRequests()).toBe(1);
  });
});

describe('a backend whose circuit is open', () => {
  it('is asked by nobody, then by one request at a time, and by all once that one has its answer', async () => {
    world.surroundings.backend.openUntil = new Date(Date.now() + 60_000);
    world.simulator.setFault({ fault: 'hang' });
    await Promise.all([world.startExecutor(4), world.startExecutor(4)]);
    const runs = await Promise.all([1, 2, 3, 4, 5, 6].map((index) => world.accept(`Hi ${index}`)));
    await Promise.all(runs.map(inHand));
    expect(modelRequests()).toBe(0);
    world.surroundings.backend.openUntil = new Date(Date.now() - 1);
    announce();
    await waitFor(() => modelRequests() > 0, { describe: 'a probe' });
    // All have seen that it is half open: a bystander is refused the probe as they are.
    expect(await new RateStore(world.dataSource).takeProbe('simulator', 'bystander', 1_000)).toBe(false);
    expect(modelRequests()).toBe(1);
    world.simulator.setFault(null);
    // The request that hangs never says anything again: another one probes when its time is over.
    await sql(world.dataSource, `UPDATE journal.rates SET probe_until = now()`);
    await waitFor(() => world.reports.some(({ ok }) => ok), { describe: 'the news that it works' });
    delete world.surroundings.backend.openUntil;
    announce();
    await waitFor(
      async () => {
        const ended = await Promise.all(runs.map(async (runId) => (await world.store.load(runId)).state.status));
        return ended.filter((status) => status === 'completed').length === 5;
      },
      { describe: 'all but the one that hangs to end' },
    );
  });

  it('is left at once, unasked, by a run that may go to another one', async () => {
    const { fallBack } = RouterService.method;
    const router = new RpcServer(world.bus, { service: 'router', version: '0', graceMs: 0 });
    router.serve(rpcSubject(world.bus, fallBack), fallBack.input, fallBack.output, async ({ runId, error }) => {
      const { state } = await world.store.load(runId);
      const body = { case: 'backendSwitched', value: { from: 'simulator', to: 'other', error } } as const;
      await world.store.append(state, [{ body, actor: 'router' }]);
      return { outcome: 'moved', backend: 'other' };
    });
    router.bindEvents();
    await world.bus.nc.flush();
    world.surroundings.backend.openUntil = new Date(Date.now() + 60_000);
    await world.startExecutor();
    const runId = await world.accept('Hi', { fallbacks: ['other'] });
    const { state } = await world.until(runId, ({ state: { switches } }) => switches.length > 0, 'the run to move');
    expect(state.switches).toMatchObject([{ to: 'other', error: { code: 'backend.circuit_open' } }]);
    expect(modelRequests()).toBe(0);
    await router.close();
  });

  it('is probed no more than once where the probe fails, until the router has said for how long it is left alone', async () => {
    world.surroundings.backend.openUntil = new Date(Date.now() - 1);
    world.simulator.setFault({ fault: '500' });
    world.surroundings.reported = ({ ok }) => {
      if (!ok) world.surroundings.backend.openUntil = new Date(Date.now() + 60_000);
    };
    await world.startExecutor();
    const runs = await Promise.all([world.accept('Hi'), world.accept('Hi'), world.accept('Hi')]);
    await Promise.all(runs.map(inHand));
    await waitFor(() => world.reports.length > 0, { describe: 'the failure to be told' });
    const rates = new RateStore(world.dataSource);
    await waitFor(() => rates.takeProbe('simulator', 'bystander', 60_000), { describe: 'the probe to be over' });
    expect(modelRequests()).toBe(1);
    world.simulator.setFault(null);
    delete world.surroundings.backend.openUntil;
    announce();
    const ended = await Promise.all(runs.map((runId) => world.ended(runId)));
    expect(ended.map(({ state }) => state.status)).toEqual(['completed', 'completed', 'completed']);
  });
});
