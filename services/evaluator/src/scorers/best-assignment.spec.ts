import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestAssignment } from './best-assignment.js';

describe('bestAssignment', () => {
  it('gives up a good pair for two that are worth more together', () => {
    const worth = [
      [0.9, 0.8],
      [0.8, 0],
    ];
    expect(bestAssignment(2, 2, (left, right) => worth[left]?.[right] ?? 0)).toEqual([1, 0]);
  });

  it('makes no pair that is worth nothing', () => {
    expect(bestAssignment(2, 3, () => 0)).toEqual([undefined, undefined]);
    expect(bestAssignment(0, 3, () => 1)).toEqual([]);
    expect(bestAssignment(2, 0, () => 1)).toEqual([undefined, undefined]);
  });

  it('is worth as much as the best of all assignments, for any worths', () => {
    const table = fc.array(fc.array(fc.nat(10), { minLength: 4, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(table, (worths) => {
        const worth = (left: number, right: number) => (worths[left]?.[right] ?? 0) / 10;
        const partner = bestAssignment(worths.length, 4, worth);
        const taken = partner.filter((to) => to !== undefined);
        expect(new Set(taken).size).toBe(taken.length);
        const total = partner.reduce<number>((sum, to, from) => sum + (to === undefined ? 0 : worth(from, to)), 0);
        expect(total).toBeCloseTo(most(worths.length, 4, worth, 0, new Set()), 9);
      }),
    );
  });
});

/** The most that an assignment is worth, by trying all. */
function most(
  left: number,
  right: number,
  worth: (left: number, right: number) => number,
  from: number,
  taken: ReadonlySet<number>,
): number {
  if (from === left) return 0;
  const options = Array.from({ length: right }, (_, to) =>
    taken.has(to) ? 0 : worth(from, to) + most(left, right, worth, from + 1, new Set([...taken, to])),
  );
  return Math.max(most(left, right, worth, from + 1, taken), ...options);
}
