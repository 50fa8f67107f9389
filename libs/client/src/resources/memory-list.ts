import type { MemoryScope } from './memory-scope.js';

/** Which page of the memories that are stored. */
export interface ListOptions {
  scope?: MemoryScope;
  /** At most 200; 50 where absent. */
  limit?: number | undefined;
  /** The last id of the page before this one. */
  before?: string | undefined;
  /** Any of episode, fact, summary. */
  kinds?: readonly string[] | undefined;
  /** Any of current, superseded, retracted; current and superseded where absent. */
  states?: readonly string[] | undefined;
  /** All of these. */
  tags?: readonly string[] | undefined;
  /** Said or recorded in this time. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** What this run said and saved, also where that had been said before. */
  runId?: string | undefined;
  /** What was said in this conversation, and what is of the thread of this name. */
  conversation?: string | undefined;
  /** In the order in which they were said; otherwise the newest first. */
  asSaid?: boolean | undefined;
}

/** What was said in a run, in a thread, or in both. */
export interface EpisodesOptions {
  runId?: string | undefined;
  thread?: string | undefined;
  agent?: string | undefined;
  user?: string | undefined;
  /** At most 200; 50 where absent. */
  limit?: number | undefined;
  /** The last id of the page before this one. */
  after?: string | undefined;
}

/** As parameters of `GET /v1/memories`. */
export function listParameters({ scope, runId, asSaid, since, until, ...others }: ListOptions) {
  return {
    ...others,
    ...scope,
    since: since?.toISOString(),
    until: until?.toISOString(),
    run_id: runId,
    as_said: asSaid ? 'true' : undefined,
  };
}
