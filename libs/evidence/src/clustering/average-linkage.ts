import type { Similarities } from './similarities.js';

/** Two groups that become one: each is named by its smallest item. */
export interface Merge {
  into: number;
  from: number;
  /** The mean similarity of an item of one and an item of the other. */
  similarity: number;
}

/**
 * The order in which items grow together by average linkage (UPGMA), the most alike first. By chains of nearest neighbours
 * (Müllner, arXiv 1109.2378): a thousand items take a few million steps, and no chance is in it.
 */
export function averageLinkage(given: Similarities): Merge[] {
  const likeness = given.copy();
  const sizes = Array.from({ length: given.size }, () => 1);
  const open = new Set(sizes.keys());
  const merges: Merge[] = [];
  const chain: number[] = [];
  while (open.size > 1) {
    const [start = 0] = open;
    if (chain.length === 0) chain.push(start);
    const last = chain.at(-1) ?? 0;
    const before = chain.at(-2);
    const next = nearest(likeness, open, last, before);
    if (next !== before) {
      chain.push(next);
      continue;
    }
    chain.length -= 2;
    const [into, from] = last < next ? [last, next] : [next, last];
    merges.push({ into, from, similarity: likeness.get(into, from) });
    join(likeness, sizes, open, into, from);
  }
  return merges.sort((a, b) => b.similarity - a.similarity);
}

/** Of several that are as near, the one before in the chain, so that the chain ends; else the smallest. */
function nearest(likeness: Similarities, open: ReadonlySet<number>, of: number, before: number | undefined): number {
  let best = before ?? -1;
  let most = before === undefined ? -Infinity : likeness.get(of, before);
  const row = likeness.row(of);
  for (const other of open) {
    if (other === of) continue;
    const similarity = row[other] ?? 0;
    if (similarity > most || (similarity === most && best !== before && other < best))
      [best, most] = [other, similarity];
  }
  return best;
}

function join(likeness: Similarities, sizes: number[], open: Set<number>, into: number, from: number): void {
  const [one, other] = [sizes[into] ?? 1, sizes[from] ?? 1];
  open.delete(from);
  for (const rest of open) {
    if (rest === into) continue;
    likeness.set(into, rest, (one * likeness.get(into, rest) + other * likeness.get(from, rest)) / (one + other));
  }
  sizes[into] = one + other;
}
