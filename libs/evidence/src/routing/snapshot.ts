import { learn, type RoutingOutcome } from './learn.js';
import type { RoutingOptions } from './settings.js';
import { startRouting, withSettings, type RoutingState } from './state.js';

/** What suites said of a backend before it had runs: as so many runs of that mean quality. */
export interface Prior {
  quality: number;
  runs: number;
}

/** All that decisions of an agent are taken from, as of a revision: plain JSON. */
export interface RoutingSnapshot {
  /** Entries that were followed. */
  revision: number;
  state: RoutingState;
  priors: Readonly<Record<string, Prior>>;
  /** Backends with a certificate in force. */
  certified: readonly string[];
}

/** What happened, in the order in which it was learnt of. The log of them is the record: a revision is its first so many. */
export type RoutingEntry =
  | { kind: 'outcome'; outcome: RoutingOutcome }
  | { kind: 'settings'; settings: RoutingOptions }
  | { kind: 'priors'; priors: Readonly<Record<string, Prior>> }
  | { kind: 'certified'; backends: readonly string[] };

/** Of nothing. */
export function startSnapshot(): RoutingSnapshot {
  return { revision: 0, state: startRouting(), priors: {}, certified: [] };
}

/**
 * The snapshot with one entry more. Pure: the same entries give the same snapshot, to the last bit.
 * @throws SwitchyardError `routing.invalid`
 */
export function follow(snapshot: RoutingSnapshot, entry: RoutingEntry): RoutingSnapshot {
  return { ...snapshot, ...partOf(snapshot, entry), revision: snapshot.revision + 1 };
}

function partOf({ state }: RoutingSnapshot, entry: RoutingEntry): Partial<RoutingSnapshot> {
  switch (entry.kind) {
    case 'outcome':
      return { state: learn(state, entry.outcome) };
    case 'settings':
      return { state: withSettings(state, entry.settings) };
    case 'priors':
      return { priors: entry.priors };
    case 'certified':
      return { certified: entry.backends };
  }
}
