import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, toValue, type JsonValue, type RunStateView } from '@switchyard/contracts';
import type { RunEventBodyInit } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { ReconcilerService } from '../dispatch/reconciler.service.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { advanceRun, publishedEvents, queuedWork, submit } from '../run.fixture.js';

const { applyAgent, applyBackend, forkRun, getRun, getRunState, listEvents, listRunSteps } = RouterService.method;
const tenant = 'default';

const usage = { inputTokens: 100, outputTokens: 10 };
const turn = (number: number, text: string, ...calls: string[]): RunEventBodyInit => ({
  case: 'modelTurnCompleted',
  value: {
    ...{ turn: number, backend: 'sim', usage, costUsd: 0.5, finishReason: calls.length > 0 ? 'tool_calls' : 'stop' },
    message: {
      role: 'assistant',
      parts: [
        { type: 'text', text },
        ...calls.map((id) => ({ type: 'tool_call', id, name: 'files.write', arguments: { path: 'a' } })),
      ],
    },
  },
});
const requested = (...calls: string[]): RunEventBodyInit => ({
  case: 'toolCallsRequested',
  value: { calls: calls.map((callId) => ({ callId, tool: 'files.write', effect: 'irreversible' })) },
});
const settled = (callId: string): RunEventBodyInit => ({
  case: 'toolCallSettled',
  value: { tool: 'files.write', result: { callId, status: 'ok', content: [{ type: 'text', text: 'written once' }] } },
});
const completed: RunEventBodyInit = { case: 'runCompleted', value: { output: toValue('done') } };
const failed: RunEventBodyInit = {
  case: 'runFailed',
  value: { error: { code: 'model.unavailable', message: 'down' } },
};
/** Entries 2 to 6: a turn, its call, the result, the answer, the end. */
const WORK = [turn(1, 'I write', 'c1'), requested('c1'), settled('c1'), turn(2, 'It is done'), completed];

describe('a fork of a run', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_STALLED_AFTER_MS: '100' } });
    await applyDefaults(router);
    await router.rpc.call(applyBackend, {
      name: 'other',
      baseUrl: 'http://127.0.0.1:7460/v1',
      api: 'anthropic',
      model: 'switchyard-simulator',
      simulated: true,
    });
  });
  afterAll(() => router.stop());

  const runWith = async (bodies: readonly RunEventBodyInit[], task: object = {}) => {
    const { runId } = await submit(router, { backend: 'sim', ...task });
    await advanceRun(router, runId, ...bodies);
    return runId;
  };
  const fork = (runId: string, more: { input?: JsonValue; [field: string]: unknown } = {}) => {
    const { input, ...rest } = more;
    const order = {
      ...{ tenant, runId, actor: 'user:ada', ...rest },
      ...(input === undefined ? {} : { input: toValue(input) }),
    };
    // A long run on a busy machine takes longer than a usual call.
    return router.rpc.call(forkRun, order, { timeoutMs: 60_000 });
  };
  const stateOf = (runId: string, seq = 0) =>
    router.rpc.call(getRunState, { tenant, runId, seq }, { timeoutMs: 60_000 });
  const said = ({ messages }: RunStateView) => JSON.stringify(messages);

  it('goes on from recorded results on another backend and with another version of its agent, and nothing of them is executed again', async () => {
    const original = await runWith(WORK, { thread: 'talk', user: 'ada', metadata: { a: 'b' } });
    const before = await router.rpc.call(listEvents, { tenant, runId: original });
    const definition = { name: 'helper', instructions: 'Help better.' };
    const { version } = await router.rpc.call(applyAgent, { tenant, definition });
    const more = { seq: 4, backend: 'other', agentVersion: 'current', input: 'And now?' };
    const { runId, duplicate } = await fork(original, more);
    expect(duplicate).toBe(false);

    const run = await router.rpc.call(getRun, { tenant, runId });
    expect(run).toMatchObject({
      ...{ backend: 'other', agentVersion: version?.version, seq: 5, turns: 1, thread: '', user: 'ada' },
      ...{ metadata: { a: 'b' }, fork: { runId: original, seq: 4, turns: 1 }, costUsd: 0 },
      usage: { inputTokens: 0, outputTokens: 0 },
    });
    const [there, here] = await Promise.all([stateOf(original, 4), stateOf(runId)]);
    expect(here.messages.slice(0, -1)).toEqual(there.messages);
    expect(here).toMatchObject({ next: 'CallModel', openCalls: [] });
    expect(JSON.stringify(here.messages.at(-1))).toContain('And now?');
    const work = await waitFor(async () => {
      const found = await queuedWork(router, runId);
      return found.length > 0 && found;
    });
    expect(work).toMatchObject([{ backend: 'other', cause: 'forked', msgId: `${runId}:accepted` }]);
    await waitFor(async () => (await publishedEvents(router, runId)).length === 5);
    // Who did what is kept; who forked stands at the fork's own entries.
    const { events } = await router.rpc.call(listEvents, { tenant, runId });
    expect(events.map(({ actor }) => actor)).toEqual(['user:ada', 'executor', 'executor', 'executor', 'user:ada']);
    expect((await router.rpc.call(listEvents, { tenant, runId: original })).events).toEqual(before.events);
  });

  it('without a place begins at the last one, where nothing was under way', async () => {
    const running = await runWith(WORK.slice(0, 2));
    expect((await router.rpc.call(getRun, { tenant, runId: (await fork(running)).runId })).fork?.seq).toBe(1);
    const ended = await runWith(WORK);
    expect((await router.rpc.call(getRun, { tenant, runId: (await fork(ended)).runId })).fork?.seq).toBe(5);
    const broken = await runWith([...WORK.slice(0, 3), failed]);
    expect((await router.rpc.call(getRun, { tenant, runId: (await fork(broken)).runId })).fork?.seq).toBe(4);
  });

  it('is one for one key, however often and however many ask at once; the key with another order is refused', async () => {
    const original = await runWith(WORK);
    const asked = await Promise.all(Array.from({ length: 5 }, () => fork(original, { seq: 4, idempotencyKey: 'k1' })));
    expect(new Set(asked.map(({ runId }) => runId)).size).toBe(1);
    expect(asked.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    await expect(fork(original, { seq: 1, idempotencyKey: 'k1' })).rejects.toMatchObject({ code: 'task.conflict' });
    expect((await fork(original, { seq: 4 })).runId).not.toBe(asked[0]?.runId);
  });

  it.each([
    ['with a call open', { seq: 3 }, 'run.fork_open_calls', { before: 1, after: 4, open_calls: ['c1'] }],
    ['at its end', { seq: 6 }, 'run.fork_past_end', { before: 5, after: 0 }],
    ['where it never was', { seq: 60 }, 'run.fork_past_end', { before: 5, after: 0 }],
    ['onto a backend that there is not', { backend: 'nowhere' }, 'backend.not_found', {}],
    ['with a version that there is not', { agentVersion: '99' }, 'agent.not_found', {}],
    ['by another tenant', { tenant: 'other' }, 'run.not_found', {}],
  ])('is refused %s, and nothing is written', async (what, more, code, details) => {
    const original = await runWith(WORK);
    await expect(fork(original, { idempotencyKey: `refused ${what}`, ...more })).rejects.toMatchObject({
      code,
      details: expect.objectContaining(details),
    });
    const again = await fork(original, { idempotencyKey: `refused ${what}` });
    expect(again.duplicate).toBe(false);
  });

  it('whose router died between the commit and the dispatch is dispatched, and its entries are published, by the reconciler', async () => {
    const original = await runWith(WORK);
    const dispatcher = router.services[1]?.app.get(DispatchService, { strict: false });
    const reconciler = router.services[1]?.app.get(ReconcilerService, { strict: false });
    if (!dispatcher || !reconciler) throw new Error('no router');
    const announce = dispatcher.announce.bind(dispatcher);
    dispatcher.announce = () => Promise.resolve();
    const { runId } = await fork(original, { seq: 4 }).finally(() => {
      dispatcher.announce = announce;
    });
    expect(await queuedWork(router, runId)).toEqual([]);
    await waitFor(
      async () => {
        await reconciler.reconcile();
        const [work, events] = await Promise.all([queuedWork(router, runId), publishedEvents(router, runId)]);
        return work.length === 1 && events.length === 4;
      },
      { timeoutMs: 60_000 },
    );
  });

  it('of a long run is one commit: a thousand entries and more', async () => {
    const rounds = Array.from({ length: 350 }, (_, index) => [
      turn(index + 1, `round ${index}`, `d${index}`),
      requested(`d${index}`),
      settled(`d${index}`),
    ]);
    const original = await runWith(rounds.flat());
    const { runId } = await fork(original);
    const run = await router.rpc.call(getRun, { tenant, runId });
    expect(run).toMatchObject({ seq: 1_051, fork: { seq: 1_051, turns: 350 }, turns: 350, costUsd: 0 });
    const [here, there] = await Promise.all([stateOf(runId), stateOf(original)]);
    expect(said(here)).toBe(said(there));
  });

  describe('and the replay of a run', () => {
    it('tells of each entry what came, where the run stood, what was next, and where it can be forked', async () => {
      const runId = await runWith([...WORK.slice(0, 3), failed]);
      const { steps, more } = await router.rpc.call(listRunSteps, { tenant, runId });
      expect(more).toBe(false);
      expect(steps.map(({ seq, type, next, forkable, openCalls }) => [seq, type, next, forkable, openCalls])).toEqual([
        [1, 'RunAccepted', 'CallModel', true, []],
        [2, 'ModelTurnCompleted', 'CallModel', false, []],
        [3, 'ToolCallsRequested', 'CallTools', false, ['c1']],
        [4, 'ToolCallSettled', 'CallModel', true, []],
        [5, 'RunFailed', 'Wait', false, []],
      ]);
      expect(steps[1]?.summary).toBe('turn 1 by sim: I write → files.write');
      const page = await router.rpc.call(listRunSteps, { tenant, runId, afterSeq: 1, limit: 2 });
      expect([page.more, page.steps.map(({ seq }) => seq)]).toEqual([true, [2, 3]]);
    });

    it('shows the state at an entry, and says what it shortens and leaves out so that it fits into a reply', async () => {
      const runId = await runWith([turn(1, 'x'.repeat(9_000), 'c1'), requested('c1')]);
      const view = await stateOf(runId, 2);
      expect(view).toMatchObject({ type: 'ModelTurnCompleted', status: 'running', turns: 1, lastSeq: 3 });
      expect(view).toMatchObject({ shortened: true, messagesOmitted: 0, costUsd: 0.5 });
      expect(await stateOf(runId)).toMatchObject({ seq: 3, next: 'CallTools', openCalls: [{ callId: 'c1' }] });
      const many = Array.from({ length: 200 }, (_, index) => turn(index + 1, 'y'.repeat(4_000)));
      const long = await stateOf(await runWith(many));
      expect(long.messagesOmitted).toBeGreaterThan(100);
      expect(long.messagesOmitted + long.messages.length).toBe(201);
    });

    it('is refused for an entry that there is not, and to another tenant', async () => {
      const runId = await runWith(WORK);
      await expect(stateOf(runId, 7)).rejects.toMatchObject({ code: 'run.entry_not_found' });
      await expect(router.rpc.call(getRunState, { tenant: 'other', runId })).rejects.toMatchObject({
        code: 'run.not_found',
      });
      await expect(router.rpc.call(listRunSteps, { tenant: 'other', runId })).rejects.toMatchObject({
        code: 'run.not_found',
      });
    });
  });
});
