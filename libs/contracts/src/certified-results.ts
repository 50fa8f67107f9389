import { create } from '@bufbuild/protobuf';
import {
  CertifiedDifferenceSchema,
  CertifiedResultSchema,
  type CertifiedDifference,
  type CertifiedResult,
} from './gen/switchyard/v1/certificate_pb.js';
import type { EvaluationComparison, MeasureComparison } from './gen/switchyard/v1/evaluator_pb.js';

/**
 * The rows of a certificate that rests on a comparison: the scorers that had a part in the verdict, since of the others nothing is
 * proved. Whoever issues a certificate and whoever verifies it make them alike.
 *
 * @param kind `suite` or `replay`, which a comparison does not tell
 */
export function certifiedResults({ scorers }: EvaluationComparison, kind: string): CertifiedResult[] {
  return scorers
    .filter(({ gates }) => gates)
    .map(({ scorer: name, verdict, cases, baselineMean, candidateMean, difference, low = -1, high = 1 }) =>
      create(CertifiedResultSchema, {
        ...{ name, kind, verdict, cases },
        difference: { baseline: baselineMean, candidate: candidateMean, difference, low, high },
      }),
    );
}

/** What it says of cost or time; undefined where too little was compared for an interval. */
export function certifiedDifference(measure: MeasureComparison | undefined): CertifiedDifference | undefined {
  if (measure?.low === undefined || measure.high === undefined) return undefined;
  const { baselineMean: baseline, candidateMean: candidate, difference, low, high } = measure;
  return create(CertifiedDifferenceSchema, { baseline, candidate, difference, low, high });
}
