import { seededNumbers } from '@switchyard/testing';

/** Numbers that a seed decides. */
export interface Seeded {
  /** From 0 to below 1. */
  next(): number;
  below(limit: number): number;
  /** True in this share of the cases. */
  chance(share: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** So many different ones, in an order of the seed's; all where there are no more. */
  some<T>(from: readonly T[], count: number): T[];
}

/** The same on every machine. Not for secrets. */
export function seeded(seed: number): Seeded {
  const next = seededNumbers(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0],
    some: (from, count) => {
      const left = [...from];
      return Array.from({ length: Math.min(count, left.length) }).flatMap(() => left.splice(below(left.length), 1));
    },
  };
}
