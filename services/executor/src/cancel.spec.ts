import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CancelNoticeSchema } from '@switchyard/contracts';
import { JournalStore, type Appended, type RunEventBodyInit } from '@switchyard/journal';
import { gate, waitFor } from '@switchyard/testing';
import { ToolsService } from './context/tools.service.js';
import { callOf, patientWorld } from './patient-world.fixture.js';
import { STALE_MS } from './runs/run-reader.service.js';
import { type World } from './world.fixture.js';

let world: World;

async function cancel(runId: string): Promise<Appended> {
  const { state } = await world.store.load(runId);
  const body: RunEventBodyInit = { case: 'runCancelled', value: { reason: 'enough', by: 'user:ann' } };
  const appended = await world.store.append(state, [{ body, actor: 'router' }]);
  world.bus.emit(world.bus.subjects.cancel(runId), CancelNoticeSchema, { tenant: 'default', runId, reason: 'enough' });
  return appended;
}

describe('a cancel', () => {
  beforeEach(async () => {
    world = await patientWorld({
      SWITCHYARD_TOOL_WAIT_MS: '20000',
    });
  });
  afterEach(() => world.close());

  it('in the middle of an answer stops the model at once, and nothing follows', async () => {
    const deltas = world.deltas();
    // Minutes of words, so that only a cancel ends them while this waits.
    world.simulator.enqueue({ text: 'word '.repeat(5_000), fault: { fault: 'slow', delayMs: 50 } });
    await world.startExecutor();
    const runId = await world.accept('Talk');
    await waitFor(() => deltas.length > 2);
    const { state } = await cancel(runId);
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(state);
    const said = deltas.length;
    await world.bus.nc.flush();
    expect(deltas.length).toBe(said);
  });

  it('in the middle of a tool call gives the call up, and nothing follows', async () => {
    world.surroundings.tool = () => new Promise(() => undefined);
    world.simulator.enqueue(callOf());
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const { state } = await cancel(runId);
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(state);
    expect(await world.toolWork()).toEqual([]);
  });

  it('whose notice was lost still wins: what the executor had is dropped', async () => {
    const held = gate();
    world.surroundings.tool = async ({ callId }) => {
      await held.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(callOf(), { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const { state } = await world.store.load(runId);
    const cancelled = await world.store.append(state, [{ body: { case: 'runCancelled', value: {} }, actor: 'router' }]);
    held.open();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(cancelled.state);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('that comes while the definitions of the tools are long in coming keeps the calls from being asked for, though nobody tells it', async () => {
    world.simulator.enqueue(callOf(), { text: 'Four.' });
    const executor = await world.startExecutor();
    const tools = executor.app.get(ToolsService, { strict: false });
    const list = tools.list.bind(tools);
    const answered = gate();
    let asked = 0;
    // Once for the turn, once more for its calls: the second answer is lost, and the known list used when the time is up.
    tools.list = async (...parameters) => {
      asked += 1;
      if (asked === 2) await answered.opened;
      return list(...parameters);
    };
    const runId = await world.accept('2+2');
    await waitFor(() => asked === 2);
    const since = performance.now();
    const body: RunEventBodyInit = { case: 'runCancelled', value: {} };
    const { state } = await world.store.load(runId);
    const cancelled = await world.store.append(state, [{ body, actor: 'router' }]);
    await waitFor(() => performance.now() - since > STALE_MS);
    answered.open();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(cancelled.state);
    expect([world.toolCalls, await world.toolWork(), await world.deadLetters()]).toEqual([[], [], []]);
  });

  it('that comes while its executor is paused after a commit keeps the calls from being asked for, though nobody tells it', async () => {
    world.simulator.enqueue(callOf(), { text: 'Four.' });
    const executor = await world.startExecutor();
    const store = executor.app.get(JournalStore, { strict: false });
    const append = store.append.bind(store);
    const resumed = gate();
    let committed: Appended | undefined;
    // As a process meets it that is stopped while the answer to its commit is on the way.
    store.append = async (...parameters) => {
      const appended = await append(...parameters);
      if (!appended.events.some(({ body }) => body.case === 'toolCallsRequested')) return appended;
      committed = appended;
      await resumed.opened;
      return appended;
    };
    const runId = await world.accept('2+2');
    const paused = await waitFor(() => committed);
    const since = performance.now();
    const body: RunEventBodyInit = { case: 'runCancelled', value: {} };
    const cancelled = await world.store.append(paused.state, [{ body, actor: 'router' }]);
    await waitFor(() => performance.now() - since > STALE_MS);
    resumed.open();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(cancelled.state);
    expect([world.toolCalls, await world.toolWork(), await world.deadLetters()]).toEqual([[], [], []]);
  });

  it('that no journal confirms does not end the run', async () => {
    const first = gate();
    world.surroundings.tool = async ({ callId }) => {
      if (world.toolCalls.length === 1) await first.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(callOf(), { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    world.bus.emit(world.bus.subjects.cancel(runId), CancelNoticeSchema, { tenant: 'default', runId });
    expect((await world.ended(runId)).state.output).toBe('Four.');
    first.open();
  });
});
