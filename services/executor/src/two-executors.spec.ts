import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ToolCall, timestampFromDate } from '@switchyard/contracts';
import { JournalStore, type RunEventBodyInit, type RunState } from '@switchyard/journal';
import { ensureStreams } from '@switchyard/bus';
import { sql } from '@switchyard/persistence';
import { gate, waitFor } from '@switchyard/testing';
import { callOf, patientWorld } from './patient-world.fixture.js';
import { STALE_MS } from './runs/run-reader.service.js';
import { typesOf, type World } from './world.fixture.js';

let world: World;

describe('two executors and a journal', () => {
  beforeEach(async () => {
    world = await patientWorld({ SWITCHYARD_TOOL_WAIT_MS: '20000' });
  });
  afterEach(() => world.close());

  it('the one that comes too late drops what it did, and the run ends once', async () => {
    const bothAsked = gate();
    world.surroundings.tool = async ({ callId }: ToolCall) => {
      if (world.toolCalls.length === 2) bothAsked.open();
      await bothAsked.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(callOf(), { text: 'Four.' }, { text: 'Four.' });
    await world.startExecutor(1);
    await world.startExecutor(1);
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    // A second message for the run in hand: the executor that holds it is busy, the other one takes it.
    await world.wake(runId, 'reconciled');
    const { events } = await world.ended(runId);
    await world.queueEmpty();
    expect(typesOf(events)).toEqual([
      'RunAccepted',
      'ModelTurnCompleted',
      'ToolCallsRequested',
      'ToolCallSettled',
      'ModelTurnCompleted',
      'RunCompleted',
    ]);
    expect((await world.store.load(runId)).events).toHaveLength(6);
    expect(await world.deadLetters()).toEqual([]);
  });

  it('a turn that the other one journaled is not asked for by the one that read the journal before, however late it gets there', async () => {
    const executor = await world.startExecutor();
    const store = executor.app.get(JournalStore, { strict: false });
    const load = store.loadState.bind(store);
    const resumed = gate();
    let loaded: RunState | undefined;
    // As a process meets it that is stopped, or waits for something else, before it asks the model.
    store.loadState = async (runId) => {
      const state = await load(runId);
      if (loaded) return state;
      loaded = state;
      await resumed.opened;
      return state;
    };
    const runId = await world.accept('2+2');
    const paused = await waitFor(() => loaded);
    const since = performance.now();
    const message = { role: 'assistant', parts: [{ type: 'text', text: 'Four.' }] };
    const turn = { turn: 1, message, backend: paused.backend, finishReason: 'stop' };
    const body: RunEventBodyInit = { case: 'modelTurnCompleted', value: turn };
    const advanced = await world.store.append(paused, [{ body, actor: 'executor' }]);
    await waitFor(() => performance.now() - since > STALE_MS);
    resumed.open();
    await world.queueEmpty();
    expect(world.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    expect((await world.store.load(runId)).state).toEqual(advanced.state);
  });

  it('what the user adds meanwhile is read, and the run goes on with it', async () => {
    const held = gate();
    world.surroundings.tool = async ({ callId }) => {
      await held.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(callOf(), { text: 'Four, as ever.' }, { text: 'Four, quickly.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const { state } = await world.store.load(runId);
    await world.store.append(state, [
      {
        body: {
          case: 'inputAppended',
          value: { source: 'user', messages: [{ role: 'user', parts: [{ type: 'text', text: 'Quick!' }] }] },
        },
        actor: 'router',
      },
    ]);
    held.open();
    const ended = await world.ended(runId);
    // Nobody told the executor: the turn that was asked for without it is kept, and is not the last.
    const roles = ended.state.messages.map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'tool', 'assistant', 'user', 'assistant']);
    expect(ended.state.output).toBe('Four, quickly.');
    expect(JSON.stringify(world.simulator.requests.at(-1)?.body)).toContain('Quick!');
  });

  it('a crash between commit and publication: the redelivery publishes the same ids, and asks no model again', async () => {
    world.simulator.enqueue({ text: 'Once.' });
    const first = await world.startExecutor();
    const runId = await world.accept('Hi');
    const { state } = await world.ended(runId);
    await world.queueEmpty();
    await first.stop();
    // As if the process had died after its commit: nothing published, nothing marked, the message never acknowledged.
    const manager = await world.bus.js.jetstreamManager(false);
    await manager.streams.delete(`${world.bus.prefix.toUpperCase()}_EVENTS`);
    await ensureStreams(world.bus);
    await sql(world.dataSource, `UPDATE journal.runs SET published = '{}', settled = false WHERE run_id = $1`, [runId]);
    await world.wake(runId, 'accepted');
    const consumer = await world.bus.js.consumers.get(`${world.bus.prefix.toUpperCase()}_EXEC`, 'exec-simulator');
    (await consumer.next())?.nak();
    await world.startExecutor();
    await world.queueEmpty();
    expect((await world.store.load(runId)).state).toEqual(state);
    expect(world.simulator.requests).toHaveLength(1);
    expect((await world.stored('EVENTS')).map(({ id }) => id)).toEqual([1, 2, 3].map((seq) => `${runId}:${seq}`));
    await waitFor(async () => (await world.store.unpublished(new Date(Date.now() + 60_000), 10)).length === 0);
  });

  it('a stop hands the run back, and another executor finishes it without asking twice for what was journaled', async () => {
    const stuck = gate();
    world.surroundings.tool = async ({ callId }) => {
      if (world.toolCalls.length === 1) await stuck.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(callOf(), { text: 'Four.' });
    const first = await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    const stopping = first.stop();
    await world.startExecutor();
    const { state } = await world.ended(runId);
    await stopping;
    stuck.open();
    expect(state).toMatchObject({ status: 'completed', output: 'Four.', turns: 2 });
    expect(new Set(world.toolCalls.map(({ callId }) => callId)).size).toBe(1);
  });

  it('a journal that is no legal run becomes a dead letter with its place', async () => {
    await world.startExecutor();
    const until = timestampFromDate(new Date(Date.now() + 3_600_000));
    const runId = await world.accept('Hi', {
      more: [{ case: 'runParked', value: { reason: 'retry', attempts: 1, until } }],
    });
    await world.queueEmpty();
    await sql(
      world.dataSource,
      `INSERT INTO journal.events SELECT run_id, 3, tenant, type, time, actor, trace_id, jsonb_set(data, '{seq}', '3')
       FROM journal.events WHERE run_id = $1 AND seq = 2`,
      [runId],
    );
    await world.wake(runId, 'resumed');
    const [letter] = await waitFor(async () => {
      const letters = await world.deadLetters();
      return letters.length > 0 ? letters : undefined;
    });
    expect(letter).toMatchObject({ kind: 'exec', runId, seq: 2, cause: { code: 'journal.illegal' } });
  });

  it('work for a run that does not exist, or of another tenant, becomes a dead letter', async () => {
    await world.startExecutor();
    await world.wake('run_none', 'accepted');
    await waitFor(async () => (await world.deadLetters())[0]?.cause?.code === 'run.not_found');
  });

  it('work that came to the wrong backend is passed on', async () => {
    await world.startExecutor();
    const runId = await world.accept('Hi', {
      more: [{ case: 'backendSwitched', value: { from: 'simulator', to: 'other' } }],
    });
    await waitFor(async () =>
      (await world.stored('EXEC')).some(({ subject }) => subject === world.bus.subjects.exec('other', runId)),
    );
    expect((await world.store.load(runId)).state.seq).toBe(2);
  });

  it('the database gone for a moment delays a run and loses nothing', async () => {
    const held = gate();
    world.surroundings.tool = async ({ callId }) => {
      await held.opened;
      return { callId, status: 'ok', content: [{ type: 'text', text: '4' }] };
    };
    world.simulator.enqueue(callOf(), { text: 'Four.' }, { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2');
    await waitFor(() => world.toolCalls.length === 1);
    await sql(
      world.dataSource,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    held.open();
    expect((await world.ended(runId)).state.output).toBe('Four.');
  });
});
