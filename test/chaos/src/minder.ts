import { setTimeout as delay } from 'node:timers/promises';
import type { SwitchyardClient } from '@switchyard/client';
import { eventTypeOf, fromStore, RunEventSchema, type JsonObject, type RunEvent } from '@switchyard/contracts';
import type { Api } from './api.js';
import type { Scenario } from './program.js';

/** The agent of every program, and of those that programs call. */
export const AGENT = 'program';
const ENDS = ['completed', 'failed', 'cancelled'];
const LOOK_EVERY_MS = 600;

export interface RunSeen {
  runId: string;
  run: JsonObject;
  journal: RunEvent[];
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
}

/** Publishes a scenario as a client does, does to its run what it says, and waits for the end until patience is `over`. */
export async function mind(
  scenario: Scenario,
  api: Api,
  client: SwitchyardClient,
  over: AbortSignal,
): Promise<Outcome> {
  const { program } = scenario;
  const task = { agent: AGENT, input: JSON.stringify(program), idempotency_key: `chaos-${program.id}` };
  const accepted = await api.post('/v1/tasks', task);
  const runId = String(accepted.body['run_id'] ?? '');
  if (accepted.status >= 300 || runId === '') throw new Error(`not accepted: ${JSON.stringify(accepted)}`);
  const outcome: Outcome = { scenario, runs: [], ended: false, streamFaults: [] };
  const watching = scenario.watched ? watch(client, runId, outcome, over) : Promise.resolve();
  await Promise.all([meddle(scenario, runId, api, outcome), untilEnd(runId, api, over)]);
  outcome.runs = await treeOf(runId, api);
  outcome.ended = outcome.runs.every(({ run }) => ENDS.includes(String(run['status'])));
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

async function untilEnd(runId: string, api: Api, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const { body } = await api.get(`/v1/runs/${runId}`);
    if (ENDS.includes(String(body['status']))) return;
    await delay(LOOK_EVERY_MS);
  }
}

async function treeOf(runId: string, api: Api): Promise<RunSeen[]> {
  const { body: run } = await api.get(`/v1/runs/${runId}`);
  const journal = await journalOf(runId, api);
  const below: RunSeen[] = [];
  for (const { body } of journal)
    if (body.case === 'childRunStarted') below.push(...(await treeOf(body.value.childRunId, api)));
  return [{ runId, run, journal }, ...below];
}

async function journalOf(runId: string, api: Api): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const { body } = await api.get(`/v1/runs/${runId}/events?after_seq=${events.at(-1)?.seq ?? 0}`);
    events.push(...((body['events'] ?? []) as JsonObject[]).map((event) => fromStore(RunEventSchema, event)));
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

function textIn(message: JsonObject | undefined): string {
  const parts = (message?.['parts'] ?? []) as { type: string; text?: string }[];
  return parts.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('');
}
