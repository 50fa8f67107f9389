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
  const large = groups.flatMap((group, item) => (group === UNLIKE ? [] : [{ group, item }]));
  let total = 0;
  for (const { group: own, item } of large) {
    if (sizes[own] === 1) continue;
    const row = likeness.row(item);
    sums.fill(0);
    for (const { group, item: other } of large) sums[group] = (sums[group] ?? 0) + (row[other] ?? 0);
    // Its similarity to itself is no part of it.
    const inside = 1 - ((sums[own] ?? 0) - (row[item] ?? 0)) / ((sizes[own] ?? 2) - 1);
    let outside = Infinity;
    for (let group = 0; group < count; group += 1)
      if (group !== own && sizes[group] !== 0)
        outside = Math.min(outside, 1 - (sums[group] ?? 0) / (sizes[group] ?? 1));
    const larger = Math.max(inside, outside);
    if (larger > 0 && Number.isFinite(larger)) total += (outside - inside) / larger;
  }
  return total / groups.length;
}
