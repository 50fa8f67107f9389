import {
  CertificateSchema,
  EvaluationComparisonSchema,
  fromStore,
  SwapSchema,
  toWire,
  type Certificate,
  type EvaluationComparison,
  type JsonObject,
  SurvivalReportSchema,
  type SurvivalReport,
  type Swap,
} from '@switchyard/contracts';

/** A guardrail of a canary, as the evaluator found it. */
export interface ReportGuardrail {
  name: string;
  /** success, cost, latency, feedback, overrides, score. */
  measure: string;
  /** Of a share in points of one; of cost and latency relative to the baseline's mean. */
  margin: number;
  baseline: { exposures: number; mean: number };
  candidate: { exposures: number; mean: number };
  difference: number;
  low: number | undefined;
  high: number | undefined;
  verdict: string;
  note: string;
}

export interface ReportCanary {
  state: string;
  decision: string;
  reason: string;
  guardrails: ReportGuardrail[];
}

/** What a report is made of: the swap, and what belongs to it where that is there. */
export interface ReportSource {
  swap: Swap;
  certificate?: Certificate | undefined;
  canary?: ReportCanary | undefined;
  /** Of the agent's configurations, as one group. */
  survival?: SurvivalReport | undefined;
}

export interface ReportComparison {
  kind: string;
  comparison: EvaluationComparison;
  worse: Swap['comparisons'][number]['worse'];
}

/** The comparisons of a swap, the suite's first. */
export function comparisonsOf({ comparisons }: Swap): ReportComparison[] {
  return comparisons.map(({ kind, comparison, worse }) => ({
    ...{ kind, worse, comparison: fromStore(EvaluationComparisonSchema, comparison ?? {}) },
  }));
}

/** All numbers of the report, as JSON. */
export function reportJson({ swap, certificate, canary, survival }: ReportSource): JsonObject {
  return {
    swap: toWire(SwapSchema, swap, { complete: true }),
    certificate: certificate ? toWire(CertificateSchema, certificate, { complete: true }) : null,
    survival: survival ? toWire(SurvivalReportSchema, survival, { complete: true }) : null,
    canary: canary
      ? {
          ...canary,
          guardrails: canary.guardrails.map(({ low, high, ...guardrail }) => ({
            ...guardrail,
            low: low ?? null,
            high: high ?? null,
          })),
        }
      : null,
  };
}
