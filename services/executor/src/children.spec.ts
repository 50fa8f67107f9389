import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { hasEnded, type Appended } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { ChildRouter } from './children.fixture.js';
import { firstTurnOf, typesOf, World } from './world.fixture.js';

let world: World;
let router: ChildRouter;
beforeEach(async () => {
  world = await World.create();
  router = new ChildRouter(world);
  await router.serve();
  const agent = { ...world.surroundings.agent, tools: [], agents: ['expert', 'writer'], handoffs: ['expert'] };
  world.surroundings.agent = agent;
});
afterEach(async () => {
  await router.close();
  await world.close();
});

const calls = (...asked: [name: string, args: JsonObject][]) => ({
  calls: asked.map(([name, args]) => ({ name, arguments: args })),
});
const parked = (runId: string) => world.until(runId, ({ state }) => state.parked !== null, `${runId} to be parked`);
const childrenOf = ({ state }: Appended): string[] => state.openCalls.flatMap(({ child }) => child?.runId ?? []);
const resultsOf = ({ events }: Appended) =>
  events.flatMap(({ body }) => (body.case === 'toolCallSettled' ? [body.value.result] : []));
const count = ({ events }: Appended, type: string): number => typesOf(events).filter((each) => each === type).length;

describe('a run that calls an agent', () => {
  it('offers it as a tool that counts for the configuration, waits for its run, and goes on with what it gave', async () => {
    world.simulator.enqueue(
      calls(['agent_expert', { input: 'How much is it?' }]),
      { text: '42 euros' },
      { text: 'It is 42.' },
    );
    await world.startExecutor();
    const runId = await world.accept('Ask the expert');
    const waiting = await parked(runId);
    expect(waiting.state.parked).toMatchObject({ reason: 'child' });
    expect(waiting.state.openCalls).toMatchObject([{ kind: 'agent', target: 'expert', child: { status: 'running' } }]);
    const tools = firstTurnOf(waiting.events).configuration?.tools ?? {};
    expect(Object.keys(tools).sort()).toEqual(['agent_expert', 'agent_writer', 'handoff_expert']);
    expect(tools['agent_expert']).toMatch(/^sha256:/);
    const [childId = ''] = childrenOf(waiting);
    const child = await world.ended(childId);
    expect(child.state).toMatchObject({ agent: 'expert', input: 'How much is it?', output: '42 euros' });
    await world.wake(runId, 'child_settled');
    const ended = await world.ended(runId);
    expect(ended.state).toMatchObject({ output: 'It is 42.', turns: 2, childUsage: child.state.usage });
    expect(resultsOf(ended)).toMatchObject([{ status: 'ok', content: [{ text: '42 euros' }] }]);
    expect(typesOf(ended.events).slice(3)).toEqual([
      'ChildRunStarted',
      'RunParked',
      'RunResumed',
      'ChildRunSettled',
      'ToolCallSettled',
      'ModelTurnCompleted',
      'RunCompleted',
    ]);
  });

  it('twenty times at once starts twenty runs, and goes on once, when all have ended', async () => {
    router.dispatches = false;
    const asked = Array.from({ length: 20 }, (_, index): [string, JsonObject] => [
      'agent_expert',
      { input: `${index}` },
    ]);
    world.simulator.enqueue(calls(...asked));
    await world.startExecutor();
    const runId = await world.accept('Ask them all');
    const children = childrenOf(await parked(runId));
    expect(new Set(children).size).toBe(20);
    for (const [index, child] of children.entries()) {
      world.simulator.enqueue({ text: `answer ${index}` });
      await world.wake(child, 'accepted');
      await world.ended(child);
      // Woken too early it stays where it is.
      if (index === 10) await world.wake(runId, 'child_settled');
    }
    world.simulator.enqueue({ text: 'All said.' });
    for (let wake = 0; wake < 3; wake += 1) await world.wake(runId, 'child_settled');
    const ended = await world.ended(runId);
    await world.queueEmpty();
    expect(ended.state).toMatchObject({ output: 'All said.', turns: 2 });
    expect(resultsOf(ended)).toHaveLength(20);
    expect([count(ended, 'ChildRunStarted'), count(ended, 'ChildRunSettled')]).toEqual([20, 20]);
    expect(router.started).toHaveLength(20);
  });

  it('whose executor died after the start is given the same run, also where that has ended since', async () => {
    router.dispatches = false;
    world.simulator.enqueue(calls(['agent_expert', { input: 'q' }]), { text: 'done' }, { text: 'So it is.' });
    const first = await world.startExecutor();
    const runId = await world.accept('Ask');
    const { state, events } = await parked(runId);
    await first.stop();
    // As if it had died before its journal entry: what came after the request is taken back.
    const requested = typesOf(events).indexOf('ToolCallsRequested') + 1;
    await world.dataSource.query('DELETE FROM journal.events WHERE run_id = $1 AND seq > $2', [runId, requested]);
    await world.dataSource.query(
      `UPDATE journal.runs SET seq = $2, status = 'running', parked_reason = '' WHERE run_id = $1`,
      [runId, requested],
    );
    await world.startExecutor();
    const [childId = ''] = state.openCalls.flatMap(({ child }) => child?.runId ?? []);
    await world.wake(childId, 'accepted');
    await world.ended(childId);
    await world.wake(runId, 'child_settled');
    const ended = await world.ended(runId);
    expect(ended.state.output).toBe('So it is.');
    expect(router.children.size).toBe(1);
    expect([count(ended, 'ChildRunStarted'), count(ended, 'RunParked')]).toEqual([1, 0]);
  });

  it('that two executors advance at once starts one run, and misses no wake-up', async () => {
    await Promise.all([world.startExecutor(), world.startExecutor()]);
    router.dispatches = false;
    const runs = await Promise.all(
      Array.from({ length: 10 }, () => {
        world.simulator.enqueue(calls(['agent_expert', { input: 'What is 2 + 2?' }]));
        return world.accept('Ask');
      }),
    );
    const children = await Promise.all(runs.map(async (runId) => childrenOf(await parked(runId))));
    await Promise.all(
      runs.map(async (runId, index) => {
        const [child = ''] = children[index] ?? [];
        await world.wake(child, 'accepted');
        await world.ended(child);
        await Promise.all([1, 2, 3].map(() => world.wake(runId, 'child_settled')));
      }),
    );
    for (const runId of runs) expect(count(await world.ended(runId), 'ChildRunSettled')).toBe(1);
    expect(router.children.size).toBe(10);
  });

  it('that may not, or whose agent fails, is told so and goes on', async () => {
    router.refuse = new SwitchyardError('run.too_deep', 'Too deep.');
    world.simulator.enqueue(calls(['agent_expert', { input: 'q' }]), { text: 'Without, then.' });
    await world.startExecutor();
    const refused = await world.ended(await world.accept('Ask'));
    expect(refused.state.output).toBe('Without, then.');
    expect(resultsOf(refused)).toMatchObject([{ status: 'error', error: { code: 'run.too_deep' } }]);

    router.refuse = undefined;
    router.dispatches = false;
    world.simulator.enqueue(calls(['agent_expert', { input: 'q' }]));
    const runId = await world.accept('Ask');
    const [childId = ''] = childrenOf(await parked(runId));
    const { state: child } = await world.store.load(childId);
    await world.store.append(child, [{ body: { case: 'runCancelled', value: { reason: 'enough' } }, actor: 'router' }]);
    world.simulator.enqueue({ text: 'A pity.' });
    await world.wake(runId, 'child_settled');
    const ended = await world.ended(runId);
    expect(ended.state.output).toBe('A pity.');
    expect(resultsOf(ended)).toMatchObject([
      {
        error: {
          code: 'agent.cancelled',
          message: expect.stringContaining('run.cancelled'),
          details: { run_id: childId },
        },
      },
    ]);
  });
});

describe('a run that hands over', () => {
  it('ends with what the other agent gives, without another turn, and says whose answer it is', async () => {
    world.simulator.enqueue(calls(['handoff_expert', { reason: 'it is about money' }]), { text: 'I see to it.' });
    await world.startExecutor();
    const runId = await world.accept('My invoice is wrong');
    const [childId = ''] = childrenOf(await parked(runId));
    const child = await world.ended(childId);
    expect(child.state.input).toBe('"helper" hands this conversation over to you: it is about money');
    await world.wake(runId, 'child_settled');
    const { state, events } = await world.ended(runId);
    expect(state).toMatchObject({ output: 'I see to it.', turns: 1, handedOverTo: 'expert', status: 'completed' });
    expect(events.at(-1)?.body.value).toMatchObject({ finishReason: 'stop', handedOverTo: 'expert' });
    expect(router.started).toMatchObject([{ handoff: true, agent: 'expert' }]);
  });

  it('to an agent that fails goes on itself, and hands over to one at a time', async () => {
    router.dispatches = false;
    world.simulator.enqueue(calls(['handoff_expert', {}], ['handoff_expert', { reason: 'again' }]));
    await world.startExecutor();
    const runId = await world.accept('My invoice is wrong');
    const [childId = ''] = childrenOf(await parked(runId));
    const { state: child } = await world.store.load(childId);
    await world.store.append(child, [{ body: { case: 'runCancelled', value: {} }, actor: 'router' }]);
    world.simulator.enqueue({ text: 'Then I answer.' });
    await world.wake(runId, 'child_settled');
    const ended = await world.ended(runId);
    expect(ended.state).toMatchObject({ output: 'Then I answer.', turns: 2, handedOverTo: '' });
    expect(
      resultsOf(ended)
        .map((result) => result?.error?.code)
        .sort(),
    ).toEqual(['agent.cancelled', 'run.handoff_twice']);
    expect(router.started).toHaveLength(1);
  });

  it('although it owes a value of a schema ends only with one, and answers itself otherwise', async () => {
    const resultSchema = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] };
    world.surroundings.agent = { ...world.surroundings.agent, resultSchema };
    world.simulator.enqueue(calls(['handoff_expert', {}]));
    router.dispatches = false;
    await world.startExecutor();
    const runId = await world.accept('Add up');
    const [childId = ''] = childrenOf(await parked(runId));
    const { state: child } = await world.store.load(childId);
    const message = { role: 'assistant', parts: [{ type: 'text', text: 'four' }] };
    await world.store.append(child, [
      { body: { case: 'modelTurnCompleted', value: { turn: 1, message, finishReason: 'stop' } }, actor: 'executor' },
      { body: { case: 'runCompleted', value: {} }, actor: 'executor' },
    ]);
    world.simulator.enqueue({ text: '{"sum": 4}' });
    await world.wake(runId, 'child_settled');
    const { state } = await waitFor(async () => {
      const run = await world.store.load(runId);
      return hasEnded(run.state) ? run : undefined;
    });
    expect(state).toMatchObject({ output: { sum: 4 }, turns: 2, handedOverTo: '' });
  });
});
