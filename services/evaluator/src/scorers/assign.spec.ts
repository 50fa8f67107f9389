import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assign } from './assign.js';

describe('assign', () => {
  it('gives up a partner that another needs more', () => {
    const fits = [
      [true, true],
      [true, false],
    ];
    expect(assign(2, 2, (left, right) => fits[left]?.[right] ?? false)).toEqual([1, 0]);
  });

  it('pairs as many as can be, each once, for any graph', () => {
    const graph = fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(graph, (fits) => {
        const partner = assign(fits.length, 4, (left, right) => fits[left]?.[right] ?? false);
        const taken = partner.filter((to) => to !== undefined);
        expect(new Set(taken).size).toBe(taken.length);
        partner.forEach((to, from) => {
          if (to !== undefined) expect(fits[from]?.[to]).toBe(true);
        });
        expect(taken.length).toBe(most(fits, 0, new Set()));
      }),
    );
  });
});

/** The size of the largest matching, by trying everything. */
function most(fits: readonly boolean[][], from: number, taken: ReadonlySet<number>): number {
  const row = fits[from];
  if (row === undefined) return 0;
  const options = row.map((fit, to) => (fit && !taken.has(to) ? 1 + most(fits, from + 1, new Set([...taken, to])) : 0));
  return Math.max(most(fits, from + 1, taken), ...options);
}
