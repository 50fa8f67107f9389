import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RpcClient } from '@switchyard/bus';
import { ExecutorService, type JsonObject } from '@switchyard/contracts';
import type { RunEventBodyInit } from '@switchyard/journal';
import { textOf } from '@switchyard/models';
import { gate, waitFor } from '@switchyard/testing';
import { typesOf, World } from './world.fixture.js';

const CALL = { name: 'calculator', arguments: { expression: '2+2' } };
let world: World;
beforeEach(async () => {
  world = await World.create({ SWITCHYARD_TOOL_WAIT_MS: '20000' });
  world.surroundings.agent = { ...world.surroundings.agent, tools: ['calculator', 'sleep', 'ask_user'] };
});
afterEach(() => world.close());

/** As the router does: after what the journal has, whoever has the run in hand. */
async function journal(runId: string, body: RunEventBodyInit): Promise<void> {
  const { state } = await world.store.load(runId);
  await world.store.append(state, [{ body, actor: 'user:ann' }]);
}
const said = (text: string, more: JsonObject = {}): RunEventBodyInit => ({
  case: 'inputAppended',
  value: { source: 'user', messages: [{ role: 'user', parts: [{ type: 'text', text }] }], ...more },
});

/** A run in the middle of its first tool call, whose host answers when it is told to. */
async function atItsTool(...calls: { name: string; arguments: JsonObject }[]) {
  const held = gate();
  world.surroundings.tool = async ({ callId }) => {
    await held.opened;
    return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
  };
  world.simulator.enqueue({ calls: [CALL, ...calls] }, { text: 'Done.' });
  await world.startExecutor();
  const runId = await world.accept('2+2?');
  await waitFor(() => world.toolCalls.length === 1);
  const { state } = await world.store.load(runId);
  return { runId, open: held.open, ids: state.openCalls.map(({ callId }) => callId) };
}

describe('what a user says while a turn is under way', () => {
  it('does not lose the turn, stands after it, and keeps the run from ending without an answer to it', async () => {
    const deltas = world.deltas();
    world.simulator.enqueue(
      { text: 'one two three four five six', fault: { fault: 'slow', delayMs: 100 } },
      { text: 'un deux trois' },
    );
    await world.startExecutor();
    const runId = await world.accept('Count');
    await waitFor(() => deltas.length > 0);
    await journal(runId, said('in French'));
    const { state, events } = await world.ended(runId);
    expect(typesOf(events)).toEqual([
      'RunAccepted',
      'InputAppended',
      'ModelTurnCompleted',
      'ModelTurnCompleted',
      'RunCompleted',
    ]);
    expect(events[2]?.body.value).toMatchObject({ turn: 1, missedSeqs: [2] });
    expect(state.messages.map(textOf)).toEqual(['Count', 'one two three four five six', 'in French', 'un deux trois']);
    expect([state.output, world.simulator.requests.length]).toEqual(['un deux trois', 2]);
    await world.queueEmpty();
  });

  it('stands after the results of the calls that the turn asks for', async () => {
    const deltas = world.deltas();
    world.simulator.enqueue(
      { text: 'let me see what that is', calls: [CALL], fault: { fault: 'slow', delayMs: 100 } },
      { text: 'Vier.' },
    );
    await world.startExecutor();
    const runId = await world.accept('2+2?');
    await waitFor(() => deltas.length > 0);
    await journal(runId, said('in German'));
    const { state } = await world.ended(runId);
    expect(state.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user', 'assistant']);
    expect(JSON.stringify(world.simulator.requests.at(-1)?.body)).toContain('in German');
  });
});

describe('what a user says while a tool runs', () => {
  it('is seen by the next turn where the executor is told so, and the tool is not asked again', async () => {
    const { runId, open } = await atItsTool();
    await journal(runId, said('Quick!'));
    await new RpcClient(world.bus).call(ExecutorService.method.handOver, { tenant: 'default', runId, now: false });
    open();
    const { state, events } = await world.ended(runId);
    expect(state.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user', 'assistant']);
    expect([world.toolCalls.length, state.turns]).toEqual([1, 2]);
    expect(events.some(({ body }) => body.case === 'modelTurnCompleted' && body.value.missedSeqs.length > 0)).toBe(
      false,
    );
  });
});

describe('a decision that comes while another call of the turn is under way', () => {
  it('is taken without a wake-up: the run is not parked on what is decided', async () => {
    const { runId, open, ids } = await atItsTool({ name: 'ask_user', arguments: { question: 'Which?' } });
    await journal(runId, said('red', { source: 'answer', references: [ids[1] ?? ''] }));
    open();
    const { state, events } = await world.ended(runId);
    expect(typesOf(events)).not.toContain('RunParked');
    expect([state.output, world.toolCalls.length]).toEqual(['Done.', 1]);
  });

  it('of a person wins over the expiry that the executor was about to journal', async () => {
    world.surroundings.agent = { ...world.surroundings.agent, approvals: { tools: ['sleep'], seconds: 1 } };
    const { runId, open, ids } = await atItsTool({ name: 'sleep', arguments: { seconds: 0 } });
    await journal(runId, { case: 'approvalResolved', value: { callId: ids[1] ?? '', decision: 'approved' } });
    const { state } = await world.store.load(runId);
    await waitFor(() => Date.now() > Date.parse(state.openCalls[1]?.approvalExpiresAt ?? ''));
    open();
    const { events } = await world.ended(runId);
    const results = events.flatMap(({ body }) => (body.case === 'toolCallSettled' ? [body.value.result?.status] : []));
    expect(results).toEqual(['ok', 'ok']);
  });
});
