import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RpcClient, RpcServer, rpcSubject } from '@switchyard/bus';
import {
  ExecutorService,
  RouterService,
  type FallBackReplySchema,
  type FallBackRequest,
  type MessageInitShape,
} from '@switchyard/contracts';
import { gate, waitFor } from '@switchyard/testing';
import { lastBodyOf, typesOf, World } from './world.fixture.js';

const CALL = { calls: [{ name: 'calculator', arguments: { expression: '2+2' } }] };
let world: World;
beforeEach(async () => {
  world = await World.create({ SWITCHYARD_MODEL_ATTEMPTS: '1' });
});
afterEach(() => world.close());

/** As the router does. */
async function move(runId: string): Promise<void> {
  const { state } = await world.store.load(runId);
  const body = { case: 'backendSwitched', value: { from: 'simulator', to: 'other', reason: 'asked for' } } as const;
  await world.store.append(state, [{ body, actor: 'router' }]);
}

const passedOn = (runId: string) =>
  waitFor(
    async () =>
      (await world.stored('EXEC')).filter(({ subject }) => subject === world.bus.subjects.exec('other', runId))
        .length === 1,
    { describe: 'the run to be passed on' },
  );
const turnsOf = async (runId: string) =>
  (await world.store.load(runId)).events.flatMap(({ body }) =>
    body.case === 'modelTurnCompleted' ? [body.value.backend] : [],
  );

describe('a run that is moved while it is in hand', () => {
  async function atItsTool(): Promise<{ runId: string; open: () => void }> {
    const held = gate();
    world.surroundings.tool = async ({ callId }) => {
      await held.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(CALL, { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    return { runId, open: held.open };
  }

  it('and its executor told so, is passed on before its next turn, with the results of its tools', async () => {
    const { runId, open } = await atItsTool();
    await move(runId);
    const { handOver } = ExecutorService.method;
    const told = await new RpcClient(world.bus).call(handOver, { tenant: 'default', runId });
    expect(told.runId).toBe(runId);
    open();
    await passedOn(runId);
    const { events } = await world.store.load(runId);
    expect(typesOf(events)).toEqual([
      'RunAccepted',
      'ModelTurnCompleted',
      'ToolCallsRequested',
      'BackendSwitched',
      'ToolCallSettled',
    ]);
    expect([world.simulator.requests.length, world.toolCalls.length]).toEqual([1, 1]);
  });

  it('and its executor not told so, keeps the turn that was asked for: it stands after the move, and says who answered', async () => {
    const { runId, open } = await atItsTool();
    world.simulator.enqueue(CALL);
    await move(runId);
    open();
    const { events, state } = await world.until(runId, ({ state }) => state.turns === 2);
    expect(typesOf(events).slice(3, 6)).toEqual(['BackendSwitched', 'ToolCallSettled', 'ModelTurnCompleted']);
    expect([await turnsOf(runId), state.backend]).toEqual([['simulator', 'simulator'], 'other']);
  });

  it('by a tenant that does not own it, or not in hand, is answered by nobody', async () => {
    const { runId, open } = await atItsTool();
    const ask = (tenant: string, id: string) =>
      new RpcClient(world.bus).call(ExecutorService.method.handOver, { tenant, runId: id }, { timeoutMs: 200 });
    await expect(ask('other', runId)).rejects.toMatchObject({ code: 'rpc.timeout' });
    await expect(ask('default', 'run_none')).rejects.toMatchObject({ code: 'rpc.timeout' });
    open();
    expect((await world.ended(runId)).state.output).toBe('Four.');
  });
});

describe('a backend that fails for good', () => {
  const asked: FallBackRequest[] = [];
  let answer: (request: FallBackRequest) => Promise<MessageInitShape<typeof FallBackReplySchema>>;
  beforeEach(() => {
    asked.length = 0;
    const { fallBack } = RouterService.method;
    const router = new RpcServer(world.bus, { service: 'router', version: '0', graceMs: 0 });
    router.serve(rpcSubject(world.bus, fallBack), fallBack.input, fallBack.output, async (request) => {
      asked.push(request);
      return answer(request);
    });
    router.bindEvents();
    answer = async ({ runId }) => {
      await move(runId);
      return { outcome: 'moved', backend: 'other' };
    };
  });

  it.each([
    ['401', 'model.auth'],
    ['404', 'model.not_found'],
    ['overflow', 'model.overflow'],
    ['500', 'model.unavailable'],
    ['429', 'model.rate_limited'],
    ['529', 'model.overloaded'],
    ['cut', 'model.broken_stream'],
  ] as const)('with %s gives the run to the next, and readers forget what it said', async (fault, code) => {
    const deltas = world.deltas();
    world.simulator.enqueue({ text: 'One two three four five.', fault: { fault, after: 4, retryAfterMs: 60_000 } });
    await world.startExecutor();
    const runId = await world.accept('Hi', { fallbacks: ['other'] });
    await world.queueEmpty();
    expect(asked).toMatchObject([{ runId, backend: 'simulator', seq: 1, error: { code } }]);
    const { state } = await world.store.load(runId);
    expect(state).toMatchObject({ status: 'queued', backend: 'other', error: null });
    if (fault === 'cut') expect(deltas.at(-1)?.kind).toBe('reset');
  });

  it('gives it away with what was done before the turn', async () => {
    world.simulator.enqueue(CALL, { fault: { fault: '401' } });
    await world.startExecutor();
    const runId = await world.accept('2+2', { fallbacks: ['other'] });
    const { events } = await world.until(runId, ({ state }) => state.backend === 'other');
    expect(typesOf(events).slice(-2)).toEqual(['ToolCallSettled', 'BackendSwitched']);
    expect(world.toolCalls).toHaveLength(1);
  });

  it('and was the last ends the run with what the router says of them all', async () => {
    const error = { code: 'backend.all_failed', message: 'No backend is left: simulator, other.', retryable: true };
    answer = async () => ({ outcome: 'failed', error });
    world.simulator.setFault({ fault: '401' });
    await world.startExecutor();
    const { state } = await world.ended(await world.accept('Hi', { fallbacks: ['other'] }));
    expect(state).toMatchObject({ status: 'failed', error });
  });

  it('ends the run where there are no fallbacks, or where another one would not help: nobody is asked', async () => {
    world.simulator.enqueue({ fault: { fault: '401' } }, { text: `${'x'.repeat(999)} `.repeat(9_437) });
    await world.startExecutor();
    const alone = await world.ended(await world.accept('Hi'));
    expect(lastBodyOf(alone.events)).toMatchObject({ error: { code: 'model.auth' } });
    const large = await world.ended(await world.accept('Talk', { fallbacks: ['other'] }));
    expect(lastBodyOf(large.events)).toMatchObject({ error: { code: 'model.answer_too_large' } });
    expect(asked).toEqual([]);
  });

  it('is read again where somebody else moved the run meanwhile', async () => {
    answer = async ({ runId }) => {
      await move(runId);
      return { outcome: 'changed' };
    };
    world.simulator.setFault({ fault: '401' });
    await world.startExecutor();
    await passedOn(await world.accept('Hi', { fallbacks: ['other'] }));
    expect(world.simulator.requests).toHaveLength(1);
  });
});
