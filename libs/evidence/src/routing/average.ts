/** A mean that forgets: plain JSON. `weight` is the number of observations that it still stands for, as of `at`. */
export interface Average {
  weight: number;
  mean: number;
  /** The round of the latest observation. */
  at: number;
}

export const NOTHING: Average = { weight: 0, mean: 0, at: 0 };

/** What it stands for in a later round: its mean is the same, and it counts less. */
export function faded({ weight, mean, at }: Average, round: number, memory: number): Average {
  return { weight: weight * Math.exp(-Math.max(0, round - at) / memory), mean, at: Math.max(at, round) };
}

export function withValue(average: Average, value: number, round: number, memory: number): Average {
  const old = faded(average, round, memory);
  const weight = old.weight + 1;
  return { weight, mean: old.mean + (value - old.mean) / weight, at: old.at };
}

/** The mean with some observations of another one added: what is known of a class and of all classes, for one. */
export function shrunk({ weight, mean }: Average, prior: number, priorWeight: number): number {
  return (weight * mean + priorWeight * prior) / (weight + priorWeight);
}
