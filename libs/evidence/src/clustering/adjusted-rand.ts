import { invalid } from '../invalid.js';

/**
 * How alike two groupings of the same items are: 1 for the same, about 0 for chance, below 0 for less than chance (Hubert and
 * Arabie, "Comparing partitions", Journal of Classification 2 (1985)). Which number a group has does not matter.
 *
 * @throws SwitchyardError `evidence.invalid` where one has more items than the other
 */
export function adjustedRandIndex(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length)
    throw invalid(`One grouping has ${one.length} items and the other ${other.length}. Compare groupings of the same.`);
  const together = new Map<string, number>();
  const [ofOne, ofOther] = [new Map<number, number>(), new Map<number, number>()];
  one.forEach((group, index) => {
    const fellow = other[index] ?? 0;
    count(together, `${group} ${fellow}`);
    count(ofOne, group);
    count(ofOther, fellow);
  });
  const [pairs, inOne, inOther] = [pairsOf(together), pairsOf(ofOne), pairsOf(ofOther)];
  const all = (one.length * (one.length - 1)) / 2;
  const byChance = all === 0 ? 0 : (inOne * inOther) / all;
  const most = (inOne + inOther) / 2;
  // Both put all into one group, or each into its own: they are the same.
  return most === byChance ? 1 : (pairs - byChance) / (most - byChance);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function pairsOf(counts: ReadonlyMap<unknown, number>): number {
  let pairs = 0;
  for (const items of counts.values()) pairs += (items * (items - 1)) / 2;
  return pairs;
}
