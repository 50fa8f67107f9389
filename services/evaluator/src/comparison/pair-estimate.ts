import { clusteredMean, differencesOf, type Estimate, type Pair } from '@switchyard/evidence';

/** What was measured of one case by both, and what it counts. */
export interface WeighedPair extends Pair {
  cluster: string;
  weight: number;
}

export interface PairedMeans {
  cases: number;
  clusters: number;
  baselineMean: number;
  candidateMean: number;
  difference: number;
  /** Absent where all cases are of one cluster: nothing is known then of how much they vary. */
  estimate: Estimate | undefined;
}

/** Means by the weights of the cases, and how sure their difference is. Of no pairs, zeroes. */
export function pairedMeans(pairs: readonly WeighedPair[]): PairedMeans {
  const clusters = new Set(pairs.map(({ cluster }) => cluster)).size;
  const differences = differencesOf(pairs);
  const weights = pairs.map(({ weight }) => weight);
  const mean = (values: readonly number[]) => weighedMean(values, weights);
  const difference = mean(differences);
  return {
    ...{ cases: pairs.length, clusters, difference },
    baselineMean: mean(pairs.map(({ baseline }) => baseline)),
    candidateMean: mean(pairs.map(({ candidate }) => candidate)),
    estimate:
      clusters < 2
        ? undefined
        : { ...clusteredMean(stretched(pairs, differences, difference)), clusters: worthOfClusters(pairs) },
  };
}

function weighedMean(values: readonly number[], weights: readonly number[]): number {
  const all = sum(weights);
  return all === 0 ? 0 : sum(values.map((value, index) => value * (weights[index] ?? 0))) / all;
}

/**
 * Residuals times their share of the weight: the plain mean of these is the weighed mean of the differences, and their clustered standard
 * error is the weighed mean's (a ratio of two sums, linearised: Cochran, Sampling Techniques, 3rd edition, 1977, section 6.3).
 */
function stretched(pairs: readonly WeighedPair[], differences: readonly number[], mean: number) {
  const average = sum(pairs.map(({ weight }) => weight)) / pairs.length;
  return pairs.map(({ cluster, weight }, index) => ({
    cluster,
    value: mean + (weight / average) * ((differences[index] ?? 0) - mean),
  }));
}

/**
 * As how many clusters of one weight they count (L. Kish, Survey Sampling, 1965): what was not seen in a thousand cases may yet be in
 * half of what counts, where one case has half of the weight.
 */
function worthOfClusters(pairs: readonly WeighedPair[]): number {
  const weights = new Map<string, number>();
  for (const { cluster, weight } of pairs) weights.set(cluster, (weights.get(cluster) ?? 0) + weight);
  const each = [...weights.values()];
  return sum(each) ** 2 / sum(each.map((weight) => weight ** 2));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
