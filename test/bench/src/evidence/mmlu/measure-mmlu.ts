import { clusteredMean, pairedDifference, unpairedDifference } from '@switchyard/evidence';
import type { MmluPair } from './parse-mmlu.js';

/** In points, hundredths of a share of right answers. */
export interface MmluFigures {
  questions: number;
  subjects: number;
  difference: number;
  unpaired: number;
  paired: number;
  clustered: number;
}

/** How sure the same difference is, by three standard errors. */
export function measureMmlu(pairs: readonly MmluPair[]): MmluFigures {
  const unpaired = unpairedDifference(
    pairs.map(({ baseline }) => baseline),
    pairs.map(({ candidate }) => candidate),
  );
  const paired = pairedDifference(pairs);
  const clustered = clusteredMean(
    pairs.map(({ subject, baseline, candidate }) => ({ cluster: subject, value: candidate - baseline })),
  );
  return {
    questions: pairs.length,
    subjects: clustered.clusters,
    difference: 100 * paired.value,
    unpaired: 100 * unpaired.standardError,
    paired: 100 * paired.standardError,
    clustered: 100 * clustered.standardError,
  };
}
