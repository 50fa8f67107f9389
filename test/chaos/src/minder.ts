import { setTimeout as delay } from 'node:timers/promises';
import type { SwitchyardClient } from '@switchyard/client';
import type { JsonObject } from '@switchyard/contracts';
import { FRUGAL } from './allowance.js';
import type { Api } from './api.js';
import { endedTree } from './look.js';
import type { Moves } from './moves.js';
import { hasEnded, type ForkSeen, type Outcome, type Sent } from './outcome.js';
import type { Policy, Scenario } from './scenario.js';
import { watch } from './watch.js';

/** The agent of most programs, and of those that programs call. */
export const AGENT = 'program';

/** The agent whose second messages do that. */
export function agentOf(policy: Policy): string {
  return policy === 'queue' ? AGENT : `${AGENT}-${policy}`;
}

/** What a client has to do with. */
export interface Reach {
  api: Api;
  client: SwitchyardClient;
  moves: Moves;
  /** Nothing is waited for any more. */
  over: AbortSignal;
}

/** Publishes a scenario as a client does, does to its run what it says, and waits for the end. */
export async function mind(scenario: Scenario, reach: Reach): Promise<Outcome> {
  return follow(scenario, await publish(scenario, reach.api), reach);
}

/** Sends the messages of a thread, one after the other, and waits for the ends of all. */
export async function converse(scenarios: readonly Scenario[], reach: Reach): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  for (const scenario of scenarios) {
    await delay(scenario.message?.afterMs);
    const sent = await publish(scenario, reach.api);
    const hasRun = !sent.joined && !sent.refused;
    const none: Outcome = { scenario, sent, runs: [], ended: true, streamFaults: [] };
    outcomes.push(hasRun ? follow(scenario, sent, reach) : Promise.resolve(none));
  }
  const all = await Promise.all(outcomes);
  for (const outcome of all) {
    const joined = all.filter(({ sent }) => sent?.joined && sent.runId === outcome.runs[0]?.runId);
    if (joined.length > 0) outcome.joinedBy = joined.map(({ scenario }) => scenario.program.id);
  }
  return all;
}

async function publish({ program, tokens, frugal, message }: Scenario, api: Api): Promise<Sent> {
  const task: JsonObject = {
    agent: frugal ? FRUGAL : agentOf(message?.policy ?? 'queue'),
    input: JSON.stringify(program),
    idempotency_key: `chaos-${program.id}`,
    ...(tokens === undefined ? {} : { limits: { tokens } }),
    ...(message === undefined ? {} : { thread: message.thread }),
  };
  const at = Date.now();
  const { status, body } = await api.post('/v1/tasks', task);
  const runId = String(body['run_id'] ?? '');
  const refused = (body['error'] as JsonObject | undefined)?.['code'] === 'thread.busy';
  if (!refused && (status >= 300 || runId === '')) throw new Error(`not accepted: ${status} ${JSON.stringify(body)}`);
  return { at, runId, joined: body['joined'] === true, refused };
}

async function follow(scenario: Scenario, sent: Sent, reach: Reach): Promise<Outcome> {
  const { api, client, moves, over } = reach;
  const { runId } = sent;
  const outcome: Outcome = { scenario, sent, runs: [], ended: false, streamFaults: [] };
  const [runs] = await Promise.all([
    endedTree(runId, api, moves, over),
    meddle(scenario, runId, api, outcome),
    ...(scenario.watched ? [watch(client, runId, outcome, over)] : []),
  ]);
  outcome.runs = runs;
  if (scenario.forkAt !== undefined && runs[0]?.run.status === 'completed') {
    const fork = await forkOf(runId, scenario.program.id, scenario.forkAt, reach);
    if (fork) outcome.fork = fork;
  }
  outcome.ended = [...runs, ...(outcome.fork?.runs ?? [])].every(({ run }) => hasEnded(run));
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

/** Undefined where it can be forked nowhere. */
async function forkOf(of: string, program: string, share: number, reach: Reach): Promise<ForkSeen | undefined> {
  const { api, moves, over } = reach;
  const { body } = await api.get(`/v1/runs/${of}/steps`);
  const steps = (body['steps'] ?? []) as { seq: number; forkable?: boolean }[];
  const places = steps.filter(({ forkable }) => forkable === true);
  const place = places[Math.min(places.length - 1, Math.floor(share * places.length))];
  if (!place) return undefined;
  const at = Date.now();
  const asked = { seq: place.seq, idempotency_key: `fork-${program}` };
  const accepted = await api.post(`/v1/runs/${of}/fork`, asked);
  const runId = String(accepted.body['run_id'] ?? '');
  if (accepted.status >= 300 || runId === '') throw new Error(`not forked: ${JSON.stringify(accepted)}`);
  return { of, seq: place.seq, at, runs: await endedTree(runId, api, moves, over) };
}
