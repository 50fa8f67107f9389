import { setTimeout as delay } from 'node:timers/promises';
import { fromStore, RunEventSchema, type JsonObject } from '@switchyard/contracts';
import type { Api } from './api.js';
import { entryOf, type Entry } from './entry.js';
import type { Moves } from './moves.js';
import { hasEnded, type RunSeen } from './outcome.js';

const LOOK_AGAIN_MS = 1_000;

/** The run and those that it called when all have ended, or when it is `over`. */
export async function endedTree(runId: string, api: Api, moves: Moves, over: AbortSignal): Promise<RunSeen[]> {
  while (!over.aborted) {
    await moves.end(runId, over);
    const { body } = await api.get(`/v1/runs/${runId}`);
    if (hasEnded(body)) break;
  }
  for (;;) {
    const runs = await treeOf(runId, api);
    // Those that a cancelled run called end a moment after it.
    if (over.aborted || runs.every(({ run }) => hasEnded(run))) return runs;
    await delay(LOOK_AGAIN_MS);
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
  const entries: Entry[] = [];
  for (;;) {
    const { body } = await api.get(`/v1/runs/${runId}/events?after_seq=${entries.at(-1)?.seq ?? 0}`);
    const events = (body['events'] ?? []) as JsonObject[];
    entries.push(...events.map((event) => entryOf(fromStore(RunEventSchema, event))));
    if (body['more'] !== true) return entries;
  }
}
