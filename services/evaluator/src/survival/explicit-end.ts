import type { EndCause, Usage } from './lives.js';

/** Somebody noted when configurations ended, and why: a rollout that was rolled back, a backend that drifted. */
export interface ExplicitEnd {
  /** All that is named must be the configuration's. */
  of: { agent?: string; agentVersion?: string; backend?: string; fingerprint?: string };
  at: Date;
  cause: EndCause;
}

/**
 * The last end that was noted of a configuration, unless it was in use again: runs that were under way end a while after, so one counts as
 * in use again by a run that ended more than `quietMs` later.
 */
export function endOf(usage: Usage, ends: readonly ExplicitEnd[], quietMs: number): ExplicitEnd | undefined {
  const noted = ends.filter(
    (end) =>
      isOf(usage, end.of) && end.at >= usage.firstRunAt && usage.lastRunAt.getTime() <= end.at.getTime() + quietMs,
  );
  return noted.reduce<ExplicitEnd | undefined>((last, end) => (last && last.at > end.at ? last : end), undefined);
}

function isOf({ agent, configuration }: Usage, of: ExplicitEnd['of']): boolean {
  return (
    (of.agent === undefined || of.agent === agent) &&
    (of.agentVersion === undefined || of.agentVersion === configuration.agentVersion) &&
    (of.backend === undefined || of.backend === configuration.backend) &&
    (of.fingerprint === undefined || of.fingerprint === configuration.fingerprint)
  );
}
