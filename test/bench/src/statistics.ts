/** The value below which this share of the sample lies (nearest rank). */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export interface Spread {
  count: number;
  p50: number;
  p95: number;
  min: number;
  max: number;
}

export function spread(sample: readonly number[]): Spread {
  return {
    count: sample.length,
    p50: percentile(sample, 0.5),
    p95: percentile(sample, 0.95),
    min: percentile(sample, 0),
    max: percentile(sample, 1),
  };
}
