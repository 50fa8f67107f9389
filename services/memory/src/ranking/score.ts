import { termScore, type CollectionStatistics, type TermMatch } from './bm25.js';
import { recencyFactor } from './recency.js';

/** One memory that matched, with all that its score is made of. */
export interface Match {
  terms: readonly TermMatch[];
  /** Terms of the memory's text. */
  length: number;
  /** Since it was last said. */
  ageMs: number;
}

export interface Explained {
  score: number;
  /** For people: which terms matched, with what each added, and how fresh it is. */
  why: string;
}

/** BM25 over the matched terms, times the recency factor. The same formula as the ranking in SQL, which a test holds it to. */
export function score(match: Match, collection: CollectionStatistics): Explained {
  const parts = match.terms
    .map((term) => ({ ...term, adds: termScore(term, match.length, collection) }))
    .sort((a, b) => b.adds - a.adds || (a.term < b.term ? -1 : 1));
  const bm25 = parts.reduce((sum, part) => sum + part.adds, 0);
  const factor = recencyFactor(match.ageMs);
  return { score: bm25 * factor, why: explain(parts, factor, collection, bm25) };
}

type Part = TermMatch & { adds: number };

function explain(parts: readonly Part[], factor: number, collection: CollectionStatistics, bm25: number): string {
  const terms = parts.map(
    ({ term, adds, frequency, documentFrequency }) =>
      `"${term}" +${adds.toFixed(2)} (${frequency} here, in ${documentFrequency} of ${collection.texts})`,
  );
  return `matches ${terms.join(', ')}; BM25 ${bm25.toFixed(2)} × recency ${factor.toFixed(3)}`;
}
