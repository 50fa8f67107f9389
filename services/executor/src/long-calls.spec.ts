import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunEventBodyInit } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { callOf, patientWorld } from './patient-world.fixture.js';
import { typesOf, type World } from './world.fixture.js';

let world: World;

describe('a tool call that takes long', () => {
  beforeEach(async () => {
    world = await patientWorld({ SWITCHYARD_TOOL_WAIT_MS: '500' });
  });
  afterEach(() => world.close());

  it('parks the run, goes to the queue under the same id, and its result wakes the run', async () => {
    const settled = new Set<string>();
    world.surroundings.tool = ({ callId }) => {
      if (!settled.has(callId)) return new Promise(() => undefined);
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }], repeatedCall: true };
    };
    world.simulator.enqueue(callOf(), { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2?');
    const parked = await world.until(runId, ({ state }) => state.parked !== null);
    await world.queueEmpty();
    const [work] = await waitFor(async () => {
      const found = await world.toolWork();
      return found.length > 0 ? found : undefined;
    });
    const callId = parked.state.openCalls[0]?.callId ?? '';
    expect(parked.state).toMatchObject({ status: 'waiting', parked: { reason: 'tool', callIds: [callId] } });
    expect(work?.call).toMatchObject({
      callId,
      runId,
      tool: 'calculator',
      backend: 'simulator',
      arguments: { expression: '2+2' },
    });
    expect((await world.stored('TOOL')).map(({ id }) => id)).toEqual([callId]);

    settled.add(callId);
    await world.wake(runId, 'tool_settled');
    const { state, events } = await world.ended(runId);
    expect(state).toMatchObject({ status: 'completed', output: 'Four.', toolCalls: 1 });
    expect(typesOf(events).slice(3)).toEqual([
      'RunParked',
      'RunResumed',
      'ToolCallSettled',
      'ModelTurnCompleted',
      'RunCompleted',
    ]);
    expect(world.simulator.requests).toHaveLength(2);
  });

  it('is on the queue again when a wake-up found it still open, and the journal does not grow', async () => {
    world.surroundings.tool = () => new Promise(() => undefined);
    world.simulator.enqueue(callOf());
    await world.startExecutor();
    const runId = await world.accept('2+2?');
    const parked = await world.until(runId, ({ state }) => state.parked !== null);
    await world.wake(runId, 'reconciled');
    await waitFor(async () => (await world.toolWork()).length === 2, { describe: 'the call to be queued again' });
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(parked.state);
  });

  it('is waited for no longer than the run may take', async () => {
    world.surroundings.tool = () => new Promise(() => undefined);
    world.simulator.enqueue(callOf());
    await world.startExecutor();
    const runId = await world.accept('2+2?', { limits: { seconds: 2 } });
    await world.until(runId, ({ state }) => state.parked !== null);
    await waitFor(async () => {
      const { state } = await world.store.load(runId);
      return Date.now() > Date.parse(state.createdAt) + 2_000;
    });
    await world.wake(runId, 'reconciled');
    const { state } = await world.ended(runId);
    expect(state).toMatchObject({ status: 'failed', error: { code: 'run.limit_exceeded' } });
    expect(state.error?.details).toMatchObject({ limit: 'seconds' });
  });

  it('keeps what the other calls of the turn gave', async () => {
    world.surroundings.tool = ({ callId, arguments: args }) =>
      args?.['expression'] === 'fast'
        ? { callId, status: 'ok', content: [{ type: 'text', text: 'quick' }] }
        : new Promise(() => undefined);
    world.simulator.enqueue({
      calls: ['fast', 'late'].map((expression) => ({ name: 'calculator', arguments: { expression } })),
    });
    await world.startExecutor();
    const { state } = await world.until(await world.accept('both'), (run) => run.state.parked !== null);
    expect(state.openCalls.map(({ result }) => result !== null)).toEqual([true, false]);
    expect(state.parked?.callIds).toEqual([state.openCalls[1]?.callId]);
  });

  it('is not waited for where the tool is known to be slow, or where no tool host runs', async () => {
    world.surroundings.tools = world.surroundings.tools.map((tool) => ({ ...tool, slow: true }));
    world.simulator.enqueue(callOf(), callOf());
    await world.startExecutor();
    await world.until(await world.accept('slow'), (run) => run.state.parked !== null);
    expect(world.toolCalls).toEqual([]);

    world.surroundings.tools = world.surroundings.tools.map((tool) => ({ ...tool, slow: false, pool: 'nobody' }));
    // Another list of names is asked for anew.
    world.surroundings.agent = { ...world.surroundings.agent, tools: ['calculator', 'calculator'] };
    world.forgetAgents();
    await world.until(await world.accept('nobody'), (run) => run.state.parked !== null);
    await waitFor(
      async () => (await world.stored('TOOL')).map(({ subject }) => subject.split('.')[2]).join() === 'default,nobody',
    );
  });

  it('whose outcome nobody knows waits visibly for a decision and is not queued', async () => {
    let outcome = 'unknown';
    world.surroundings.tool = ({ callId }) => ({
      callId,
      status: outcome,
      content: outcome === 'ok' ? [{ type: 'text', text: 'sent' }] : [],
    });
    world.simulator.enqueue(callOf(), { text: 'Sent.' });
    await world.startExecutor();
    const runId = await world.accept('send it');
    const { state } = await world.until(runId, (run) => run.state.parked !== null);
    expect(state.parked).toMatchObject({ reason: 'unknown', callIds: [state.openCalls[0]?.callId] });
    await world.queueEmpty();
    expect(await world.toolWork()).toEqual([]);
    outcome = 'ok';
    await world.wake(runId, 'resumed');
    expect((await world.ended(runId)).state.output).toBe('Sent.');
  });

  it('that a person has to approve is asked for only when it was approved', async () => {
    await world.startExecutor();
    const waiting: RunEventBodyInit[] = [
      {
        case: 'modelTurnCompleted',
        value: {
          turn: 1,
          message: {
            role: 'assistant',
            parts: [{ type: 'tool_call', id: 'call_a', name: 'calculator', arguments: {} }],
          },
        },
      },
      { case: 'toolCallsRequested', value: { calls: [{ callId: 'call_a', tool: 'calculator', pool: 'default' }] } },
      { case: 'approvalRequested', value: { callId: 'call_a', tool: 'calculator' } },
      { case: 'runParked', value: { reason: 'approval', callIds: ['call_a'] } },
    ];
    const runId = await world.accept('pay', { more: waiting });
    await world.queueEmpty();
    const { state } = await world.store.load(runId);
    expect(state.parked).toMatchObject({ reason: 'approval', callIds: ['call_a'] });
    await world.store.append(state, [
      { body: { case: 'approvalResolved', value: { callId: 'call_a', decision: 'denied' } }, actor: 'user:ann' },
    ]);
    world.simulator.enqueue({ text: 'Then not.' });
    await world.wake(runId, 'resumed');
    const { events } = await world.ended(runId);
    expect(world.toolCalls).toEqual([]);
    const after = events.slice(events.findIndex(({ body }) => body.case === 'approvalResolved') + 1);
    expect(typesOf(after).slice(0, 2)).toEqual(['RunResumed', 'ToolCallSettled']);
    expect(after[1]?.body.value).toMatchObject({ result: { error: { code: 'tool.denied' } } });
  });
});
