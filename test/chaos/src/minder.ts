import { setTimeout as delay } from 'node:timers/promises';
import type { SwitchyardClient } from '@switchyard/client';
import { eventTypeOf, fromStore, RunEventSchema, type JsonObject } from '@switchyard/contracts';
import type { Api } from './api.js';
import { entryOf, textIn, type Entry } from './entry.js';
import type { Moves } from './moves.js';
import type { Scenario } from './program.js';

/** The agent of every program, and of those that programs call. */
export const AGENT = 'program';
const ENDS = ['completed', 'failed', 'cancelled'];
const LOOK_AGAIN_MS = 1_000;

export interface RunSeen {
  runId: string;
  run: RunFigures;
  journal: Entry[];
}

/** What is kept of a run besides its journal. */
export interface RunFigures {
  status: string;
  wait?: unknown;
  error?: unknown;
}

/** What a client saw of one scenario. */
export interface Outcome {
  scenario: Scenario;
  /** The run itself, then those that it called; the last look where it never ended. */
  runs: RunSeen[];
  ended: boolean;
  /** When its cancel was asked for, in milliseconds since 1970. */
  cancelledAt?: number;
  /** What was said to the run and accepted. */
  said?: string;
  /** What a client that followed the run was given wrongly. */
  streamFaults: string[];
  /** Why the client gave up. */
  trouble?: string;
}

/** Publishes a scenario as a client does, does to its run what it says, and waits for the end until patience is `over`. */
export async function mind(
  scenario: Scenario,
  api: Api,
  client: SwitchyardClient,
  moves: Moves,
  over: AbortSignal,
): Promise<Outcome> {
  const { program } = scenario;
  const task = { agent: AGENT, input: JSON.stringify(program), idempotency_key: `chaos-${program.id}` };
  const accepted = await api.post('/v1/tasks', task);
  const runId = String(accepted.body['run_id'] ?? '');
  if (accepted.status >= 300 || runId === '') throw new Error(`not accepted: ${JSON.stringify(accepted)}`);
  const outcome: Outcome = { scenario, runs: [], ended: false, streamFaults: [] };
  const watching = scenario.watched ? watch(client, runId, outcome, over) : Promise.resolve();
  await Promise.all([meddle(scenario, runId, api, outcome), untilEnd(runId, api, moves, over)]);
  for (;;) {
    outcome.runs = await treeOf(runId, api);
    outcome.ended = outcome.runs.every(({ run }) => ENDS.includes(run.status));
    // Those that a cancelled run called end a moment after it.
    if (outcome.ended || over.aborted) break;
    await delay(LOOK_AGAIN_MS);
  }
  await watching;
  return outcome;
}

async function meddle(scenario: Scenario, runId: string, api: Api, outcome: Outcome): Promise<void> {
  const { cancelAfterMs, steerAfterMs, program } = scenario;
  if (cancelAfterMs !== undefined) {
    await delay(cancelAfterMs);
    // Where the answer to a cancel was lost, the second one is told that the run has ended.
    outcome.cancelledAt = Date.now();
    await api.post(`/v1/runs/${runId}/cancel`, { reason: 'chaos' });
  }
  if (steerAfterMs !== undefined) {
    await delay(steerAfterMs);
    const said = `by the way ${program.id}`;
    const { status } = await api.post(`/v1/runs/${runId}/input`, { input: said, idempotency_key: `say-${program.id}` });
    if (status < 300) outcome.said = said;
  }
}

async function untilEnd(runId: string, api: Api, moves: Moves, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await moves.end(runId, over);
    const { body } = await api.get(`/v1/runs/${runId}`);
    if (ENDS.includes(String(body['status']))) return;
  }
}

async function treeOf(runId: string, api: Api): Promise<RunSeen[]> {
  const { body } = await api.get(`/v1/runs/${runId}`);
  const { wait, error } = body;
  const run = { status: String(body['status']), ...(wait ? { wait } : {}), ...(error ? { error } : {}) };
  const journal = await journalOf(runId, api);
  const below: RunSeen[] = [];
  for (const { childRunId } of journal) if (childRunId !== undefined) below.push(...(await treeOf(childRunId, api)));
  return [{ runId, run, journal }, ...below];
}

async function journalOf(runId: string, api: Api): Promise<Entry[]> {
  const events: Entry[] = [];
  for (;;) {
    const { body } = await api.get(`/v1/runs/${runId}/events?after_seq=${events.at(-1)?.seq ?? 0}`);
    events.push(...((body['events'] ?? []) as JsonObject[]).map((event) => entryOf(fromStore(RunEventSchema, event))));
    if (body['more'] !== true) return events;
  }
}

/** Follows the run over whatever happens: every entry once and in order, and the text of each turn whole. */
async function watch(
  client: SwitchyardClient,
  runId: string,
  { streamFaults }: Outcome,
  over: AbortSignal,
): Promise<void> {
  let seq = 0;
  let text = '';
  while (!over.aborted) {
    try {
      for await (const seen of client.runs.events(runId, { afterSeq: seq, signal: over })) {
        if (seen.type === 'delta') {
          if (seen.delta.kind === 'reset') text = '';
          if (seen.delta.kind === 'text') text += seen.delta.text;
          continue;
        }
        const { event } = seen;
        if (event.seq !== seq + 1) streamFaults.push(`${eventTypeOf(event)} ${event.seq} came after ${seq}`);
        seq = event.seq;
        if (event.body.case === 'modelTurnCompleted') {
          const whole = textIn(event.body.value.message);
          // Pieces that were lost with the bus are in the entry: what was streamed is its beginning.
          if (!whole.startsWith(text)) streamFaults.push(`turn ${event.body.value.turn} was streamed as "${text}"`);
          text = '';
        }
        if (/^(RunCompleted|RunFailed|RunCancelled)$/.test(eventTypeOf(event))) return;
      }
      return;
    } catch {
      // The gateway is away for longer than the client tries: the same client comes again, from where it was.
      text = '';
      await delay(500);
    }
  }
}
