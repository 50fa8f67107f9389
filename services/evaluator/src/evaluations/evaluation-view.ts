import {
  create,
  ErrorInfoSchema,
  EvaluationSchema,
  fromStore,
  timestampFromDate,
  toValue,
  type Evaluation,
  type JsonValue,
  type MessageInitShape,
  type CaseResultSchema,
  type ScorerSummarySchema,
} from '@switchyard/contracts';
import { groupedShare, type Group, type GroupedShare } from '@switchyard/evidence';
import type { Labels } from '../judgements/calibration-rule.js';
import { correctedPasses } from './corrected-passes.js';
import type { EvaluationRow, ResultRow, SummaryRow } from './evaluation.repository.js';

/** Bytes of results in one reply; with what stands around them it stays below the megabyte that NATS carries. */
const MAX_RESULTS_BYTES = 500_000;
/** Characters of one output in the listing; the run has all of it. */
const MAX_OUTPUT = 4_000;

type CaseResult = MessageInitShape<typeof CaseResultSchema>;
type ScorerSummary = MessageInitShape<typeof ScorerSummarySchema>;

/** What people said of what a scorer's one judge judged, by the scorer's name. */
export type LabelsOf = ReadonlyMap<string, Labels>;

/** An evaluation for the outside. */
export function evaluationView(
  row: EvaluationRow,
  results: readonly ResultRow[] = [],
  summary: readonly SummaryRow[] = [],
  criticalFailures: readonly string[] = [],
  labelsOf: LabelsOf = new Map(),
): Evaluation {
  return create(EvaluationSchema, {
    id: row.id,
    tenant: row.tenant,
    suite: row.suite,
    agent: row.agent,
    backend: row.backend,
    status: row.status,
    total: row.total,
    done: row.done,
    failed: row.failed,
    diverged: row.diverged,
    results: thatFit(results).map(resultView),
    summary: summaryView(summary, labelsOf),
    suiteVersion: row.suite_version,
    suiteNumber: row.suite_number,
    maxCostUsd: row.max_cost_usd,
    stoppedBecause: row.stopped_because,
    criticalFailures: [...criticalFailures],
    createdAt: timestampFromDate(row.created_at),
    ...(row.ended_at ? { endedAt: timestampFromDate(row.ended_at) } : {}),
    costUsd: row.cost_usd,
    judgeCostUsd: row.judge_cost_usd,
    agentVersion: row.agent_version,
  });
}

/** Means and shares by the weights of the cases; the intervals take cases of one cluster, and repeats of one case, for alike as they are. */
function summaryView(rows: readonly SummaryRow[], labelsOf: LabelsOf): ScorerSummary[] {
  return [...new Set(rows.map(({ scorer }) => scorer))].map((scorer) => {
    const groups = rows.filter((row) => row.scorer === scorer);
    const sum = (of: (row: SummaryRow) => number) => groups.reduce((all, row) => all + of(row), 0);
    // What could not be scored says nothing of the mean.
    const scored = groups.filter(({ count }) => count > 0);
    const scores = groupedShare(scored.map(scoresOf));
    const passes = groupedShare(scored.map(passesOf));
    return {
      ...{ scorer, count: sum(({ count }) => count), passed: sum(({ passed }) => passed) },
      ...{ mean: scores.mean, low: scores.low, high: scores.high, clusters: scored.length },
      ...{ passLow: passes.low, passHigh: passes.high },
      ...{ errors: sum(({ errors }) => errors), uncalibrated: sum(({ uncalibrated }) => uncalibrated) },
      judges: [...new Set(groups.flatMap(({ judges }) => judges))].sort(),
      ...correctedView(passes, labelsOf.get(scorer)),
    };
  });
}

function correctedView(passes: GroupedShare, labels: Labels | undefined): Partial<ScorerSummary> {
  const corrected = labels && correctedPasses(passes, labels);
  if (!corrected) return {};
  const { share, interval, sensitivity, specificity } = corrected;
  return {
    ...{ correctedShare: share, correctedLow: interval.low, correctedHigh: interval.high },
    ...{ sensitivity, specificity },
  };
}

function scoresOf({ count, weight, squared_weight, sum, squares }: SummaryRow): Group {
  return { cases: count, weight, squaredWeight: squared_weight, sum, squares };
}

/** A pass is a score of 1. */
function passesOf({ count, weight, squared_weight, passed_weight }: SummaryRow): Group {
  return { cases: count, weight, squaredWeight: squared_weight, sum: passed_weight, squares: passed_weight };
}

function resultView(row: ResultRow): CaseResult {
  return {
    caseId: row.case_id,
    repeat: row.repeat,
    runId: row.run_id,
    status: isOpen(row.status) ? 'pending' : row.status,
    scores: row.scores ?? [],
    critical: row.definition.critical ?? false,
    cluster: row.definition.cluster ?? '',
    weight: row.definition.weight ?? 1,
    ...(row.output === null ? {} : { output: toValue(shortened(row.output)) }),
    costUsd: row.cost_usd,
    durationMs: row.duration_ms,
    ...(row.error ? { error: fromStore(ErrorInfoSchema, row.error) } : {}),
  };
}

/** Published, running and judging are the evaluator's own affair: for readers a case is pending until it has ended. */
function isOpen(status: string): boolean {
  return status === 'published' || status === 'running' || status === 'judging';
}

function shortened(output: JsonValue): JsonValue {
  const text = typeof output === 'string' ? output : JSON.stringify(output);
  return text.length > MAX_OUTPUT ? `${text.slice(0, MAX_OUTPUT)}…` : output;
}

function thatFit(results: readonly ResultRow[]): ResultRow[] {
  let size = 0;
  return results.filter((row, index) => {
    size += Buffer.byteLength(
      JSON.stringify({ ...row, definition: null, output: row.output === null ? null : shortened(row.output) }),
    );
    return size <= MAX_RESULTS_BYTES || index === 0;
  });
}
