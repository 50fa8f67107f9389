import type { DriftCause, DriftKind } from '../drift/drift.js';
import type { EndCause, Life } from './lives.js';

/** A change of a backend, as far as lives are ended by it. */
export interface BackendChange {
  backend: string;
  kind: DriftKind;
  cause: DriftCause;
  /** It happened after this, and at the latest at the other. */
  after: Date;
  at: Date;
}

/**
 * Ends lives by what was found to have drifted. A configuration whose backend changed under it is another one from then on, though its
 * fingerprint cannot know: its life ended with the first change in it. Another profile has another fingerprint; that life has ended with its
 * last run already, and is told by what it was followed by.
 */
export function endedByDrift(lives: readonly Life[], changes: readonly BackendChange[]): Life[] {
  return lives.map((life) => {
    const first = changes
      .filter((change) => change.backend === life.configuration.backend && within(change, life))
      .reduce<BackendChange | undefined>((one, other) => (one && one.at <= other.at ? one : other), undefined);
    if (!first) return life;
    const { fingerprint } = life.configuration;
    return { ...life, end: { at: first.at, cause: causeOf(first), followedBy: fingerprint, differsIn: [] } };
  });
}

/** What is told by the fingerprint is no change within a life. */
function within({ kind, after, at }: BackendChange, { firstRunAt, lastRunAt, end }: Life): boolean {
  if (kind === 'profile') return false;
  // What began between the two may have begun with what is new.
  return after >= firstRunAt && at <= (end?.at ?? lastRunAt);
}

function causeOf({ cause }: BackendChange): EndCause {
  return cause === 'provider_change' ? 'provider_change' : 'drift';
}
