/** Different words that there are. */
const VOCABULARY = 20_000;
/** The share of a word falls with its rank plus this, so that no word is in every text: stop words are not indexed. */
const SHIFT = 2;

const SHARES = cumulative();

/** A text of made-up words as often as words of a language are: few often, most seldom (Zipf). */
export function zipfText(words: number, random: () => number): string {
  return Array.from({ length: words }, () => wordOf(random())).join(' ');
}

function wordOf(share: number): string {
  const wanted = share * (SHARES.at(-1) ?? 1);
  let [low, high] = [0, SHARES.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((SHARES[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  // No ending that a stemmer would take for one.
  return `q${low.toString(36)}q`;
}

function cumulative(): Float64Array {
  const shares = new Float64Array(VOCABULARY);
  let sum = 0;
  for (let rank = 0; rank < VOCABULARY; rank += 1) shares[rank] = sum += 1 / (rank + 1 + SHIFT);
  return shares;
}
