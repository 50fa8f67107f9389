import {
  timestampFromDate,
  type CanaryGuardrailSchema,
  type CanarySchema,
  type MessageInitShape,
  type Rollout,
} from '@switchyard/contracts';
import { watchedGuardrails, type WatchedGuardrail } from './guardrail.js';
import type { FindingRow, WatchedRolloutRow } from './watched-rollout.repository.js';

type CanaryInit = MessageInitShape<typeof CanarySchema>;
type GuardrailInit = MessageInitShape<typeof CanaryGuardrailSchema>;

const HOUR_MS = 3_600_000;

/**
 * A rollout with what was found at the last look.
 *
 * @param rollout as the router says now
 * @param row undefined where there was no look yet
 */
export function canaryView(
  rollout: Rollout,
  row: WatchedRolloutRow | undefined,
  rows: readonly FindingRow[],
): CanaryInit {
  const { candidate_exposures: candidate = 0, baseline_exposures: baseline = 0 } = row ?? {};
  const running = rollout.status === 'running';
  const untilPromotion =
    running && rollout.promoteAfter > 0 ? { moreUntilPromotion: Math.max(0, rollout.promoteAfter - candidate) } : {};
  return {
    rollout,
    state: stateOf(running, row, Math.min(candidate, baseline)),
    guardrails: watchedGuardrails(rollout).map((each) =>
      guardrailView(
        each,
        rows.find(({ guardrail }) => guardrail === each.name),
        running,
      ),
    ),
    ...{ candidateExposures: candidate, baselineExposures: baseline, exposuresPerHour: rateOf(row) },
    ...untilPromotion,
    ...(row?.last_run_at ? { lastRunAt: timestampFromDate(row.last_run_at) } : {}),
    ...(row ? { lookedAt: timestampFromDate(row.looked_at) } : {}),
    ...{ decision: row?.decision ?? '', decisionReason: row?.decision_reason ?? '' },
  };
}

function stateOf(running: boolean, row: WatchedRolloutRow | undefined, exposures: number): string {
  if (!running) return 'ended';
  if (row !== undefined && row.decision !== '') return 'ending';
  return exposures === 0 ? 'waiting' : 'watching';
}

/** Exposures of the candidate an hour, until the last look. */
function rateOf(row: WatchedRolloutRow | undefined): number {
  if (row === undefined) return 0;
  const hours = ((row.ended_at ?? row.looked_at).getTime() - row.started_at.getTime()) / HOUR_MS;
  return hours > 0 ? row.candidate_exposures / hours : 0;
}

function guardrailView(guardrail: WatchedGuardrail, row: FindingRow | undefined, running: boolean): GuardrailInit {
  if (row === undefined) return { guardrail, candidate: {}, baseline: {}, verdict: 'waiting' };
  const { candidate_mean, baseline_mean, low, high, verdict, note, more_exposures, decided_at } = row;
  const both = row.candidate_exposures > 0 && row.baseline_exposures > 0;
  return {
    guardrail,
    candidate: { exposures: row.candidate_exposures, mean: candidate_mean },
    baseline: { exposures: row.baseline_exposures, mean: baseline_mean },
    difference: both ? candidate_mean - baseline_mean : 0,
    ...(low === null ? {} : { low }),
    ...(high === null ? {} : { high }),
    ...{ verdict, note },
    ...(decided_at ? { decidedAt: timestampFromDate(decided_at) } : {}),
    ...(more_exposures === null || !running ? {} : { moreExposures: more_exposures }),
  };
}
