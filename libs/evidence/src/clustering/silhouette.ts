import type { Similarities } from './similarities.js';

/** The group of an item that is like none. */
export const UNLIKE = -1;

/**
 * How much closer items are to their own group than to the next one, −1 to 1, in the mean over all items (Rousseeuw,
 * Journal of Computational and Applied Mathematics 20 (1987)); the distance is 1 − similarity. Items of no group count 0:
 * leaving most of them out makes no grouping good. 0 where there is one group only.
 */
export function meanSilhouette(likeness: Similarities, groups: readonly number[]): number {
  const count = Math.max(UNLIKE, ...groups) + 1;
  if (count < 2) return 0;
  const sizes = Array.from({ length: count }, (_, group) => groups.filter((own) => own === group).length);
  const sums = new Float64Array(count);
  let total = 0;
  groups.forEach((own, item) => {
    if (own === UNLIKE || sizes[own] === 1) return;
    sums.fill(0);
    groups.forEach((group, other) => {
      if (group !== UNLIKE && other !== item) sums[group] = (sums[group] ?? 0) + 1 - likeness.get(item, other);
    });
    const inside = (sums[own] ?? 0) / ((sizes[own] ?? 2) - 1);
    let outside = Infinity;
    sizes.forEach((size, group) => {
      if (group !== own && size > 0) outside = Math.min(outside, (sums[group] ?? 0) / size);
    });
    const larger = Math.max(inside, outside);
    if (larger > 0 && Number.isFinite(larger)) total += (outside - inside) / larger;
  });
  return total / groups.length;
}
