import { EvaluationComparisonSchema, toWire, type EvaluationComparison, type JsonObject } from '@switchyard/contracts';

/** A comparison with what was asked, so that whoever holds the certificate can ask the same again. */
export interface Compared {
  request: { margin?: number; tolerated?: number; alpha?: number; scorers: string[] };
  comparison: EvaluationComparison;
}

/**
 * The evidence of a certificate: `{comparisons: [{candidate, baseline, scorers, margin?, tolerated?, alpha?, comparison}]}`. A certificate is
 * verified by asking for each comparison again and holding the answers' canonical JSON against what stands here.
 */
export function evidenceOf(compared: readonly Compared[]): JsonObject {
  return {
    comparisons: compared.map(({ request: { margin, tolerated, alpha, scorers }, comparison }) => ({
      candidate: comparison.candidate?.id ?? '',
      baseline: comparison.baseline?.id ?? '',
      scorers,
      ...(margin === undefined ? {} : { margin }),
      ...(tolerated === undefined ? {} : { tolerated }),
      ...(alpha === undefined ? {} : { alpha }),
      comparison: toWire(EvaluationComparisonSchema, comparison),
    })),
  };
}
