import type { Configuration } from '@switchyard/contracts';
import { differingParts, type Part } from '../outcomes/parts.js';
import { endOf, type ExplicitEnd } from './explicit-end.js';

/** What the record says of a configuration: its runs, and how the last of them went. */
export interface Usage {
  agent: string;
  configuration: Configuration;
  firstRunAt: Date;
  lastRunAt: Date;
  runs: number;
  failed: number;
  /** Of its last runs. */
  recentRuns: number;
  recentFailed: number;
}

export const END_CAUSES = ['rolled_back', 'error_rate', 'cost', 'drift', 'provider_change', 'superseded'] as const;
export type EndCause = (typeof END_CAUSES)[number];

/** How long a configuration was in use, and what ended that. */
export interface Life extends Usage {
  /** Absent while it is in use. `followedBy` is empty where nothing came after it. */
  end?: { at: Date; cause: EndCause; followedBy: string; differsIn: Part[] };
}

/** Of the last runs, the part that failed, from which on failing is taken for the cause; and so many runs at least. */
const FAILING = { share: 0.5, runs: 5 };

/**
 * The lives of an agent's configurations. One has ended where another one of the same agent ran after its last run, and it has been quiet
 * since for `quietMs`. An agent that does not run at all ends nothing: its configurations are still what it would run.
 *
 * The cause is told from what followed, the first that ran after its last run: an older configuration means that it was rolled back; else many of
 * its last runs having failed, before another backend or version came, means its error rate; the same backend under the same name that answers
 * with another model is a change by its provider; all else was superseded. Where somebody noted the end, it is not told from what followed: that
 * is when it ended, and why.
 */
export function livesOf(
  usages: readonly Usage[],
  now: Date,
  quietMs: number,
  ends: readonly ExplicitEnd[] = [],
): Life[] {
  return usages.map((usage) => {
    const noted = endOf(usage, ends, quietMs);
    if (noted) return { ...usage, end: notedEnd(usage, noted, usages) };
    const later = usages.filter((other) => other.agent === usage.agent && other.lastRunAt > usage.lastRunAt);
    if (later.length === 0 || now.getTime() - usage.lastRunAt.getTime() < quietMs) return usage;
    const follower = later.reduce((first, other) => (nextRun(other, usage) < nextRun(first, usage) ? other : first));
    const differsIn = differingParts(usage.configuration, follower.configuration);
    const followedBy = follower.configuration.fingerprint;
    return {
      ...usage,
      end: { at: usage.lastRunAt, cause: causeOf(usage, follower, differsIn), followedBy, differsIn },
    };
  });
}

/** With the one that ran on: of several the one that was there first, as the baseline of a rollout was. */
function notedEnd(usage: Usage, { at, cause }: ExplicitEnd, usages: readonly Usage[]): NonNullable<Life['end']> {
  const others = usages.filter((other) => other.agent === usage.agent && other !== usage && other.lastRunAt >= at);
  const [first] = others.sort((one, other) => one.firstRunAt.getTime() - other.firstRunAt.getTime());
  if (first === undefined) return { at, cause, followedBy: '', differsIn: [] };
  const differsIn = differingParts(usage.configuration, first.configuration);
  return { at, cause, followedBy: first.configuration.fingerprint, differsIn };
}

/** When another configuration ran next, as far as its first and last run tell: one that was there already goes on from then. */
function nextRun(other: Usage, after: Usage): number {
  return Math.max(other.firstRunAt.getTime(), after.lastRunAt.getTime());
}

function causeOf(usage: Usage, follower: Usage, differsIn: readonly Part[]): EndCause {
  if (follower.firstRunAt < usage.firstRunAt) return 'rolled_back';
  if (usage.recentRuns >= FAILING.runs && usage.recentFailed >= FAILING.share * usage.recentRuns) return 'error_rate';
  const [one, other] = [usage.configuration, follower.configuration];
  const sameEndpoint = one.backend === other.backend && one.profileVersion === other.profileVersion;
  const modelAlone = differsIn.length === 1 && differsIn[0] === 'backend' && sameEndpoint;
  return modelAlone ? 'provider_change' : 'superseded';
}
