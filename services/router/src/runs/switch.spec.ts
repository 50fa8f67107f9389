import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RpcServer, rpcSubject } from '@switchyard/bus';
import { create, ErrorInfoSchema, ExecutorService, RouterService, type HandOverRequest } from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { ReconcilerService } from '../dispatch/reconciler.service.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, completeRun, queuedWork, submit } from '../run.fixture.js';
import { MAX_SWITCHES } from './switch.service.js';

const { switchRun, fallBack, getRun, listEvents, listRuns, removeBackend } = RouterService.method;
const tenant = 'default';
const error = create(ErrorInfoSchema, { code: 'model.unavailable', message: 'It is down.', retryable: true });

describe('a run is moved to another backend', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_STALLED_AFTER_MS: '100' } });
    await applyDefaults(router);
    for (const name of ['one', 'two', 'three']) await applyBackend(name);
  });
  afterAll(() => router.stop());

  const applyBackend = (name: string) =>
    router.rpc.call(RouterService.method.applyBackend, {
      name,
      baseUrl: 'http://127.0.0.1:7460/v1',
      api: 'openai-chat',
      model: 'switchyard-simulator',
      simulated: true,
    });
  const move = (runId: string, backend: string, more: object = {}) =>
    router.rpc.call(switchRun, { tenant, runId, backend, ...more });
  const onSim = { backend: 'sim', fallbacks: ['one', 'two'] };
  const movesOf = async (runId: string) =>
    (await router.rpc.call(listEvents, { tenant, runId })).events.flatMap(({ body, actor }) =>
      body.case === 'backendSwitched' ? [[body.value.from, body.value.to, actor]] : [],
    );
  const fail = async (runId: string, backend: string) => {
    const { seq } = await router.rpc.call(getRun, { tenant, runId });
    return router.rpc.call(fallBack, { tenant, runId, backend, seq, error });
  };

  it('journaled by whoever asked, shown by the run and in lists, and its work is on the new queue only', async () => {
    const { runId } = await submit(router, onSim);
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    const run = await move(runId, 'one', { reason: 'cheaper', actor: 'user:ada' });
    expect(run).toMatchObject({
      backend: 'one',
      seq: 2,
      switches: [{ seq: 2, from: 'sim', to: 'one', reason: 'cheaper' }],
    });
    expect(await movesOf(runId)).toEqual([['sim', 'one', 'user:ada']]);
    await waitFor(async () => (await queuedWork(router, runId)).every(({ backend }) => backend === 'one'));
    const work = await waitFor(async () => {
      const found = await queuedWork(router, runId);
      return found.length > 0 && found;
    });
    expect(work).toMatchObject([{ backend: 'one', cause: 'switched', msgId: `${runId}:switched:2` }]);
    const { runs } = await router.rpc.call(listRuns, { tenant, limit: 1 });
    expect(runs[0]).toMatchObject({ runId, backend: 'one', switches: [{ from: 'sim', to: 'one' }] });
  });

  it('once, however often it is asked for; but where a run was from its beginning is refused', async () => {
    const { runId } = await submit(router, onSim);
    await expect(move(runId, 'sim')).rejects.toMatchObject({ code: 'run.same_backend', retryable: false });
    await move(runId, 'one');
    expect(await move(runId, 'one')).toMatchObject({ backend: 'one', seq: 2 });
    expect(await movesOf(runId)).toHaveLength(1);
  });

  it.each([
    ['an unknown backend', 'nowhere', 'backend.not_found'],
    ['one that lacks what the agent needs', 'blind', 'backend.none_suitable'],
  ])('is refused for %s', async (_what, backend, code) => {
    await router.rpc.call(RouterService.method.applyBackend, {
      name: 'blind',
      baseUrl: 'http://127.0.0.1:7460/v1',
      api: 'openai-chat',
      model: 'm',
      profile: { capabilities: { vision: false } },
    });
    await router.rpc.call(RouterService.method.applyAgent, {
      tenant,
      definition: { name: 'seer', instructions: 'Look.', model: { capabilities: ['vision'] } },
    });
    await router.rpc.call(RouterService.method.applyBackend, {
      name: 'eyes',
      baseUrl: 'http://127.0.0.1:7460/v1',
      api: 'openai-chat',
      model: 'm',
      profile: { capabilities: { vision: true } },
    });
    const { runId } = await submit(router, { agent: 'seer', backend: 'eyes' });
    await expect(move(runId, backend)).rejects.toMatchObject({ code, message: expect.stringContaining(backend) });
    expect(await movesOf(runId)).toEqual([]);
  });

  it('not once it has ended, nor by another tenant', async () => {
    const { runId } = await submit(router, onSim);
    await expect(router.rpc.call(switchRun, { tenant: 'other', runId, backend: 'one' })).rejects.toMatchObject({
      code: 'run.not_found',
    });
    await completeRun(router, runId);
    await expect(move(runId, 'one')).rejects.toMatchObject({ code: 'run.already_ended' });
  });

  it('also while an executor advances it: the fence decides, and it is tried again', async () => {
    const { runId } = await submit(router, onSim);
    const store = router.services[1]?.app.get(JournalStore, { strict: false });
    if (!store) throw new Error('no journal');
    const append = store.append.bind(store);
    let races = 0;
    store.append = async (...parameters) => {
      if (races < 3) {
        races += 1;
        await advanceRun(router, runId, { case: 'inputAppended', value: { source: 'user', messages: [] } });
      }
      return append(...parameters);
    };
    try {
      expect(await move(runId, 'one')).toMatchObject({ backend: 'one', seq: 5 });
    } finally {
      store.append = append;
    }
  });

  it('by several who ask for different ones at the same time: one after the other', async () => {
    const { runId } = await submit(router, onSim);
    await Promise.all(['one', 'two', 'three'].map((backend) => move(runId, backend)));
    const moves = await movesOf(runId);
    expect(moves).toHaveLength(3);
    expect(moves.map(([from]) => from)).toEqual(['sim', ...moves.slice(0, 2).map(([, to]) => to)]);
    expect((await router.rpc.call(getRun, { tenant, runId })).backend).toBe(moves[2]?.[1]);
  });

  it('at most so often', async () => {
    const { runId } = await submit(router, onSim);
    for (let moves = 0; moves < MAX_SWITCHES; moves += 1)
      await advanceRun(router, runId, {
        case: 'backendSwitched',
        value: { from: moves % 2 === 0 ? 'sim' : 'one', to: moves % 2 === 0 ? 'one' : 'sim' },
      });
    await expect(move(runId, 'two')).rejects.toMatchObject({ code: 'run.switch_limit' });
    expect(await fail(runId, 'sim')).toMatchObject({ outcome: 'failed', error: { code: 'backend.all_failed' } });
  });

  it('by the executor that has it in hand, where one says so: nothing is dispatched beside it', async () => {
    const { runId } = await submit(router, onSim);
    const asked: HandOverRequest[] = [];
    const executor = new RpcServer(router.bus, { service: 'executor', version: '0', graceMs: 0 });
    const { handOver } = ExecutorService.method;
    executor.serve(rpcSubject(router.bus, handOver), handOver.input, handOver.output, async (request) => {
      asked.push(request);
      return { runId: request.runId };
    });
    executor.bindEvents();
    await router.bus.nc.flush();
    try {
      await move(runId, 'one', { now: true });
      await waitFor(() => asked.length === 1);
      expect(asked[0]).toMatchObject({ tenant, runId, now: true });
      await router.services[1]?.app.get(DispatchService, { strict: false }).settled();
      expect((await queuedWork(router, runId)).map(({ backend }) => backend)).toEqual(['sim']);
    } finally {
      await executor.close();
    }
  });

  it('whose router died between the commit and the dispatch: the reconciler goes by the backend in its journal', async () => {
    const { runId } = await submit(router, onSim);
    await waitFor(async () => (await queuedWork(router, runId)).length === 1);
    await advanceRun(router, runId, { case: 'backendSwitched', value: { from: 'sim', to: 'two', reason: 'died' } });
    const reconciler = router.services[1]?.app.get(ReconcilerService, { strict: false });
    await waitFor(async () => {
      await sql(router.dataSource, `UPDATE registry.tasks SET next_check_at = now() WHERE run_id = $1`, [runId]);
      await reconciler?.reconcile();
      return (await queuedWork(router, runId)).some(
        ({ backend, cause }) => backend === 'two' && cause === 'reconciled',
      );
    });
  });

  it('that waits for its turn in a thread: dispatched to the new one in its turn, with what the thread said', async () => {
    const thread = 'moving';
    const first = await submit(router, { ...onSim, thread, input: 'First' });
    const second = await submit(router, { ...onSim, thread, input: 'Second' });
    await move(second.runId, 'one');
    await completeRun(router, first.runId, 'said before');
    const work = await waitFor(async () => {
      const found = await queuedWork(router, second.runId);
      return found.length > 0 && found;
    });
    expect(work).toMatchObject([{ backend: 'one', cause: 'accepted' }]);
    const { events } = await router.rpc.call(listEvents, { tenant, runId: second.runId });
    expect(events.map(({ body }) => body.case)).toEqual(['runAccepted', 'backendSwitched', 'inputAppended']);
  });

  it('keeps the new backend from being removed, and lets the old one go', async () => {
    await applyBackend('old');
    await applyBackend('new');
    const { runId } = await submit(router, { backend: 'old' });
    await move(runId, 'new');
    await expect(router.rpc.call(removeBackend, { name: 'new' })).rejects.toMatchObject({ code: 'backend.in_use' });
    await router.rpc.call(removeBackend, { name: 'old' });
  });

  describe('because its own failed', () => {
    it('to each of its fallbacks in order, and to none twice; then one error names them all', async () => {
      const { runId } = await submit(router, onSim);
      expect(await fail(runId, 'sim')).toMatchObject({ outcome: 'moved', backend: 'one' });
      expect(await fail(runId, 'one')).toMatchObject({ outcome: 'moved', backend: 'two' });
      const last = await fail(runId, 'two');
      expect(last).toMatchObject({ outcome: 'failed', error: { code: 'backend.all_failed', retryable: true } });
      for (const name of ['sim', 'one', 'two'])
        expect(last.error?.message).toContain(`${name}: model.unavailable: It is down.`);
      expect(await movesOf(runId)).toEqual([
        ['sim', 'one', 'router'],
        ['one', 'two', 'router'],
      ]);
      const run = await router.rpc.call(getRun, { tenant, runId });
      expect(run.switches[0]).toMatchObject({ error: { code: 'model.unavailable' } });
    });

    it('not where the executor speaks of what is no more: another place of the journal, another backend', async () => {
      const { runId } = await submit(router, onSim);
      const ask = (backend: string, seq: number) => router.rpc.call(fallBack, { tenant, runId, backend, seq, error });
      expect(await ask('sim', 2)).toMatchObject({ outcome: 'changed' });
      expect(await ask('one', 1)).toMatchObject({ outcome: 'changed' });
      expect(await movesOf(runId)).toEqual([]);
    });
  });
});
