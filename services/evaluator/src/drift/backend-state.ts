import type { DriftKind } from './drift.js';

/** What a backend was seen to be by a model turn. */
export interface Seen {
  profileVersion: string;
  /** As the endpoint answered. */
  model: string;
  /** What it is configured to ask for; empty where that is not known. */
  configured: string;
  at: Date;
  runId: string;
}

/** What it has been since a moment. */
export interface BackendState extends Seen {
  previousProfileVersion: string;
  previousModel: string;
}

/**
 * Turns that began before a change end after it, and clocks of executors differ: so long after a change what was before it may still be
 * seen without being a change back.
 */
const OVERLAP_MS = 60_000;

/**
 * Whether a turn shows that the backend has changed, and what. Events come again and in any order: what is older than the last change
 * says nothing of now.
 */
export function changeOf(
  state: BackendState,
  seen: Seen,
): { kind: DriftKind; before: string; after: string } | undefined {
  if (same(state, seen)) return undefined;
  const sinceMs = seen.at.getTime() - state.at.getTime();
  if (sinceMs < 0) return undefined;
  const back = seen.profileVersion === state.previousProfileVersion && seen.model === state.previousModel;
  if (back && sinceMs < OVERLAP_MS) return undefined;
  const reconfigured = state.configured !== '' && seen.configured !== '' && state.configured !== seen.configured;
  if (seen.profileVersion === state.profileVersion && !reconfigured)
    return { kind: 'model', before: state.model, after: seen.model };
  return { kind: 'profile', before: described(state), after: described(seen) };
}

export function same(one: Seen, other: Seen): boolean {
  return one.profileVersion === other.profileVersion && one.model === other.model;
}

/** For people. */
export function described({ profileVersion, model }: Seen): string {
  return `${model}, profile ${profileVersion.replace('sha256:', '').slice(0, 12) || 'unknown'}`;
}
