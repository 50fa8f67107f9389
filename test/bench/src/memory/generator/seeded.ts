import { seededNumbers } from '@switchyard/testing';

/** Numbers that a seed decides. */
export interface Seeded {
  /** From 0 to below 1. */
  next(): number;
  below(limit: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** The same on every machine. Not for secrets. */
export function seeded(seed: number): Seeded {
  const next = seededNumbers(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0] };
}
