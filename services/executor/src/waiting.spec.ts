import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import type { Appended, RunEventBodyInit } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { ChildRouter } from './children.fixture.js';
import { typesOf, World } from './world.fixture.js';

let world: World;
let router: ChildRouter | undefined;
beforeEach(async () => {
  world = await World.create({ SWITCHYARD_TOOL_WAIT_MS: '500' });
  world.surroundings.agent = { ...world.surroundings.agent, tools: ['calculator', 'sleep', 'ask_user'] };
});
afterEach(async () => {
  await router?.close();
  router = undefined;
  await world.close();
});

const calls = (...asked: [name: string, args: JsonObject][]) => ({
  calls: asked.map(([name, args]) => ({ name, arguments: args })),
});
const parked = (runId: string) => world.until(runId, ({ state }) => state.parked !== null, 'the run to be parked');
const callIdOf = ({ state }: Appended, index = 0): string => state.openCalls[index]?.callId ?? '';

/** As the router does when somebody decides or answers. */
async function journal(runId: string, body: RunEventBodyInit): Promise<void> {
  const { state } = await world.store.load(runId);
  await world.store.append(state, [{ body, actor: 'user:ann' }]);
}

const answer = (callId: string, text: string): RunEventBodyInit => ({
  case: 'inputAppended',
  value: { source: 'answer', references: [callId], messages: [{ role: 'user', parts: [{ type: 'text', text }] }] },
});
const resultsOf = ({ events }: Appended) =>
  events.flatMap(({ body }) => (body.case === 'toolCallSettled' ? [body.value.result] : []));

describe('a run that sleeps', () => {
  it('is parked until its time, asks no tool host, and goes on', async () => {
    world.simulator.enqueue(calls(['sleep', { seconds: 1.5 }]), { text: 'Good morning.' });
    await world.startExecutor();
    const runId = await world.accept('Sleep');
    const { state } = await parked(runId);
    const end = Date.parse(state.openCalls[0]?.requestedAt ?? '') + 1_500;
    expect(state.parked).toMatchObject({ reason: 'timer', until: new Date(end).toISOString() });
    expect(state.openCalls).toMatchObject([{ kind: 'sleep', pool: '' }]);
    await waitFor(() => Date.now() > end);
    await world.wake(runId, 'timer');
    const ended = await world.ended(runId);
    expect(ended.state.output).toBe('Good morning.');
    expect(resultsOf(ended)).toMatchObject([{ status: 'ok', content: [{ text: expect.stringContaining('Slept') }] }]);
    expect([world.toolCalls.length, await world.messagesIn('TOOL')]).toEqual([0, 0]);
  });

  it('and is woken for nothing is parked as before, and the journal does not grow', async () => {
    world.simulator.enqueue(calls(['sleep', { seconds: 3_000 }]));
    await world.startExecutor();
    const runId = await world.accept('Sleep');
    const { state } = await parked(runId);
    for (const cause of ['timer', 'reconciled', 'input_appended']) await world.wake(runId, cause);
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(state);
  });

  it('with arguments that make no sense is told so, and does not sleep', async () => {
    world.simulator.enqueue(calls(['sleep', {}]), calls(['sleep', { seconds: -1 }]), { text: 'Then not.' });
    await world.startExecutor();
    const ended = await world.ended(await world.accept('Sleep'));
    expect(ended.state.output).toBe('Then not.');
    expect(resultsOf(ended)).toMatchObject([
      { error: { code: 'tool.invalid_arguments' } },
      { error: { code: 'tool.invalid_arguments' } },
    ]);
  });
});

describe('a run that asks', () => {
  it('waits for the answer, and gives it to the model as the result of its question', async () => {
    world.simulator.enqueue(calls(['ask_user', { question: 'Which?', choices: ['red', 'blue'] }]), { text: 'Red.' });
    await world.startExecutor();
    const runId = await world.accept('Paint it');
    const waiting = await parked(runId);
    expect(waiting.state.parked).toMatchObject({ reason: 'input', callIds: [callIdOf(waiting)] });
    await journal(runId, answer(callIdOf(waiting), 'the red one'));
    await world.wake(runId, 'input_appended');
    const ended = await world.ended(runId);
    expect(ended.state.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(resultsOf(ended)).toMatchObject([{ status: 'ok', content: [{ type: 'text', text: 'the red one' }] }]);
  });
});

describe('a call that a person has to approve', () => {
  const asking = async (seconds = 0): Promise<{ runId: string; waiting: Appended }> => {
    world.surroundings.agent.approvals = { tools: ['calculator'], seconds };
    world.simulator.enqueue(calls(['calculator', { expression: '2+2' }]), { text: 'Done.' });
    await world.startExecutor();
    const runId = await world.accept('2+2?');
    return { runId, waiting: await parked(runId) };
  };
  const decide = async (runId: string, callId: string, decision: string, args?: JsonObject): Promise<Appended> => {
    await journal(runId, {
      case: 'approvalResolved',
      value: { callId, decision, by: 'user:ann', reason: 'Too much', ...(args ? { arguments: args } : {}) },
    });
    await world.wake(runId, 'approval_resolved');
    return world.ended(runId);
  };

  it('is journaled together with the question, and nobody is asked for it before it is approved', async () => {
    const { runId, waiting } = await asking(60);
    expect(typesOf(waiting.events)).toEqual([
      'RunAccepted',
      'ModelTurnCompleted',
      'ToolCallsRequested',
      'ApprovalRequested',
      'RunParked',
    ]);
    expect(waiting.events[3]?.body.value).toMatchObject({
      callId: callIdOf(waiting),
      tool: 'calculator',
      summary: 'calculator {"expression":"2+2"}',
      arguments: { expression: '2+2' },
    });
    const { parked: park, openCalls } = waiting.state;
    expect(park).toMatchObject({ reason: 'approval', until: openCalls[0]?.approvalExpiresAt });
    await world.wake(runId, 'reconciled');
    await world.queueEmpty();
    expect([world.toolCalls.length, (await world.store.load(runId)).state.seq]).toEqual([0, waiting.state.seq]);
    expect((await decide(runId, callIdOf(waiting), 'approved')).state.output).toBe('Done.');
    expect(world.toolCalls).toMatchObject([{ arguments: { expression: '2+2' } }]);
  });

  it('and was edited is performed with what the person made of it', async () => {
    const { runId, waiting } = await asking();
    await decide(runId, callIdOf(waiting), 'edited', { expression: '3+3' });
    expect(world.toolCalls).toMatchObject([{ arguments: { expression: '3+3' } }]);
  });

  it('and was denied is an error that the model reads, and is not performed', async () => {
    const { runId, waiting } = await asking();
    const ended = await decide(runId, callIdOf(waiting), 'denied');
    const error = { code: 'tool.denied', message: 'A person refused this call: Too much.' };
    expect(resultsOf(ended)).toMatchObject([{ status: 'error', error }]);
    expect([ended.state.output, world.toolCalls.length]).toEqual(['Done.', 0]);
  });

  it('is waited for also where its executor died before it had parked the run', async () => {
    const message = {
      role: 'assistant',
      parts: [{ type: 'tool_call', id: 'call_a', name: 'calculator', arguments: { expression: '1' } }],
    };
    const call = { callId: 'call_a', tool: 'calculator', arguments: { expression: '1' } };
    const runId = await world.accept('2+2?', {
      more: [
        { case: 'modelTurnCompleted', value: { turn: 1, message } },
        { case: 'toolCallsRequested', value: { calls: [{ ...call, pool: 'default' }] } },
        { case: 'approvalRequested', value: call },
      ],
    });
    await world.startExecutor();
    expect((await parked(runId)).state.parked).toMatchObject({ reason: 'approval', callIds: ['call_a'] });
    expect([world.toolCalls.length, world.simulator.requests.length]).toEqual([0, 0]);
  });

  it('of a toolset is one of its tools, whichever of them the model calls', async () => {
    world.surroundings.tools.push({ ...world.surroundings.tools[0], name: 'shop_pay' });
    world.surroundings.agent = {
      ...world.surroundings.agent,
      tools: ['calculator', 'shop_pay'],
      approvals: { tools: ['shop.*'] },
    };
    world.simulator.enqueue(calls(['calculator', { expression: '1' }], ['shop_pay', { expression: '5' }]));
    await world.startExecutor();
    const waiting = await parked(await world.accept('Buy'));
    expect(waiting.state.parked?.callIds).toEqual([callIdOf(waiting, 1)]);
    expect(world.toolCalls.map(({ tool }) => tool)).toEqual(['calculator']);
  });

  it('and that nobody decides in time expires, and is not performed', async () => {
    const { runId, waiting } = await asking(1);
    await waitFor(() => Date.now() > Date.parse(waiting.state.parked?.until ?? ''));
    await world.wake(runId, 'timer');
    const ended = await world.ended(runId);
    expect(ended.events.find(({ body }) => body.case === 'approvalResolved')?.body.value).toMatchObject({
      decision: 'expired',
      by: 'executor',
    });
    expect(resultsOf(ended)).toMatchObject([{ error: { code: 'tool.expired' } }]);
    expect([ended.state.output, world.toolCalls.length]).toEqual(['Done.', 0]);
  });
});

describe('a turn that waits for several things', () => {
  it('is parked once for all of them, in any order settles what has come, and goes on when all have', async () => {
    const slow = { ...world.surroundings.tools[0], name: 'oven', slow: true };
    const paid = { ...world.surroundings.tools[0], name: 'shop_pay', effect: 'irreversible' };
    world.surroundings.tools.push(slow, paid);
    world.surroundings.agent = {
      ...world.surroundings.agent,
      tools: ['calculator', 'oven', 'shop_pay', 'sleep', 'ask_user'],
      approvals: { tools: ['irreversible'], seconds: 600 },
      agents: ['expert'],
    };
    router = new ChildRouter(world);
    router.dispatches = false;
    await router.serve();
    let isBaked = false;
    world.surroundings.tool = ({ callId, tool }) => {
      if (tool === 'oven' && !isBaked) return new Promise(() => undefined);
      return { callId, status: 'ok', content: [{ type: 'text', text: `${tool} done` }] };
    };
    world.simulator.enqueue(
      calls(
        ['calculator', { expression: '1' }],
        ['sleep', { seconds: 4 }],
        ['oven', { expression: 'cake' }],
        ['shop_pay', { expression: '5' }],
        ['ask_user', { question: 'Cream?' }],
        ['agent_expert', { input: 'How sweet?' }],
      ),
      { text: 'very' },
      { text: 'Served.' },
    );
    await world.startExecutor();
    const runId = await world.accept('Bake');
    const first = await parked(runId);
    const ids = first.state.openCalls.map(({ callId }) => callId);
    expect(first.state.parked).toMatchObject({
      reason: 'tool',
      callIds: ids.slice(1),
      until: new Date(Date.parse(first.state.openCalls[1]?.requestedAt ?? '') + 4_000).toISOString(),
    });
    expect(typesOf(first.events).filter((type) => type === 'RunParked')).toHaveLength(1);
    expect((await world.toolWork()).map(({ call }) => call?.callId)).toEqual([ids[2]]);

    await journal(runId, answer(ids[4] ?? '', 'yes'));
    await world.wake(runId, 'input_appended');
    const open = ({ state }: Appended) => (state.parked === null ? undefined : state.parked.callIds.join());
    const left = (...places: number[]) => places.map((place) => ids[place]).join();
    await world.until(runId, (run) => open(run) === left(1, 2, 3, 5), 'the answer to be taken');

    await waitFor(() => Date.now() > Date.parse(first.state.parked?.until ?? ''));
    await world.wake(runId, 'timer');
    const third = await world.until(runId, (run) => open(run) === left(2, 3, 5), 'the sleep to be over');
    expect(third.state.parked).toMatchObject({ reason: 'tool', until: third.state.openCalls[3]?.approvalExpiresAt });

    const childId = third.state.openCalls[5]?.child?.runId ?? '';
    await world.wake(childId, 'accepted');
    await world.ended(childId);
    await world.wake(runId, 'child_settled');
    await world.until(runId, (run) => open(run) === left(2, 3), 'the child to be settled');

    await journal(runId, { case: 'approvalResolved', value: { callId: ids[3] ?? '', decision: 'approved' } });
    isBaked = true;
    await Promise.all([world.wake(runId, 'approval_resolved'), world.wake(runId, 'tool_settled')]);
    const ended = await world.ended(runId);
    expect(ended.state.output).toBe('Served.');
    const results = ended.state.messages.flatMap(({ parts }) => parts.filter(({ type }) => type === 'tool_result'));
    expect(results).toMatchObject(
      ['calculator done', 'Slept', 'oven done', 'shop_pay done', 'yes', 'very'].map((text) => ({
        parts: [{ text: expect.stringContaining(text) }],
      })),
    );
    expect(world.toolCalls.filter(({ tool }) => tool === 'calculator')).toHaveLength(1);
  });
});
