import { checkSample, invalid } from '../invalid.js';
import type { Estimate } from './estimate.js';
import { mean } from './mean.js';

/** A score or a difference, and what it belongs to: a subject, a document, a customer. */
export interface Clustered {
  value: number;
  cluster: string;
}

/**
 * The mean of values of which those of one cluster rise and fall together: the residuals are summed by cluster before they are
 * squared (CR0: Liang and Zeger, Biometrika 73 (1986); E. Miller, "Adding error bars to evals", arXiv 2411.00640). As if each
 * cluster were one case. CR0 alone is too narrow for few clusters, so the interval has clusters − 1 degrees of freedom.
 *
 * @throws SwitchyardError `evidence.invalid` for fewer than two clusters
 */
export function clusteredMean(values: readonly Clustered[]): Estimate {
  const plain = values.map(({ value }) => value);
  checkSample('The values', plain, 1);
  const centre = mean(plain);
  const residuals = new Map<string, number>();
  for (const { value, cluster } of values) residuals.set(cluster, (residuals.get(cluster) ?? 0) + value - centre);
  const clusters = residuals.size;
  if (clusters < 2)
    throw invalid('All values are of one cluster; how much clusters vary takes two. Give cases of more clusters.', {
      clusters,
    });
  const squares = [...residuals.values()].reduce((sum, residual) => sum + residual ** 2, 0);
  const cases = values.length;
  return { value: centre, standardError: Math.sqrt(squares) / cases, freedom: clusters - 1, cases, clusters };
}

/** How many times the variance of independent cases the clusters make it: divide the cases by it to know what they are worth. */
export function designEffect(clustered: Estimate, independent: Estimate): number {
  return (clustered.standardError / independent.standardError) ** 2;
}
