import { tokenise } from '../text/tokenise.js';

/** Of all pairs of words that follow each other in two texts, the part that both have. Pairs, for the order says who did what. */
export const DUPLICATE_SHARE = 0.9;

const NUMBERS = /\d/;
const NEGATIONS = new Set(['not', 'no', 'never', 'cannot', 'without', 'nobody', 'nothing']);

/**
 * Lets the first of several hits that say nearly the same stand for all of them. Texts that differ in a number or in a
 * negation say different things, and so do two statements of one subject.
 *
 * @returns the hits that stay, each with the ids of those behind it
 */
export function collapse<Hit extends { id: string; text: string; subject: string; state: string }>(
  hits: readonly Hit[],
): (Hit & { duplicates: string[] })[] {
  const kept: { hit: Hit & { duplicates: string[] }; pairs: ReadonlySet<string>; marks: string }[] = [];
  for (const hit of hits) {
    const words = tokenise(hit.text);
    const pairs = pairsOf(words);
    const marks = marksOf(words);
    const first = kept.find(
      (one) =>
        one.hit.state === hit.state &&
        one.hit.subject === hit.subject &&
        one.marks === marks &&
        alike(one.pairs, pairs),
    );
    if (first) first.hit.duplicates.push(hit.id);
    else kept.push({ hit: { ...hit, duplicates: [] }, pairs, marks });
  }
  return kept.map(({ hit }) => hit);
}

function pairsOf(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.map((word, index) => `${words[index - 1] ?? ''} ${word}`));
}

function marksOf(words: readonly string[]): string {
  return words.filter((word) => NUMBERS.test(word) || NEGATIONS.has(word)).join(' ');
}

function alike(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size === 0 || other.size === 0) return false;
  const common = [...one].filter((pair) => other.has(pair)).length;
  return common / (one.size + other.size - common) >= DUPLICATE_SHARE;
}
