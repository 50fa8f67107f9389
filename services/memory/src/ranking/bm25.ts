/**
 * Okapi BM25 in the form of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
 * with the inverse document frequency that is never negative, ln(1 + (N - n + 0.5) / (n + 0.5)), as in Lucene.
 */
export interface Bm25Parameters {
  /** How soon repetitions of a term stop counting. */
  k1: number;
  /** How much a long text is held against it, 0 to 1. */
  b: number;
}

/** The usual values, and those of the measured baselines. */
export const BM25: Bm25Parameters = { k1: 1.2, b: 0.75 };

/** What is known of the texts that the asker can see. */
export interface CollectionStatistics {
  /** Number of texts. */
  texts: number;
  /** Terms of all texts together. */
  terms: number;
}

export interface TermMatch {
  term: string;
  /** Occurrences in this text. */
  frequency: number;
  /** Texts of the collection that have the term. */
  documentFrequency: number;
}

/** Among texts that are no longer counted (a read of the past) a term may have more than there are. */
export function inverseDocumentFrequency(texts: number, documentFrequency: number): number {
  return Math.log(1 + (Math.max(texts, documentFrequency) - documentFrequency + 0.5) / (documentFrequency + 0.5));
}

/** What one term adds to the score of a text of `length` terms. */
export function termScore(
  match: TermMatch,
  length: number,
  collection: CollectionStatistics,
  { k1, b }: Bm25Parameters = BM25,
): number {
  const averageLength = collection.texts === 0 ? 0 : collection.terms / collection.texts;
  const norm = averageLength === 0 ? 1 : 1 - b + (b * length) / averageLength;
  const saturation = (match.frequency * (k1 + 1)) / (match.frequency + k1 * norm);
  return inverseDocumentFrequency(collection.texts, match.documentFrequency) * saturation;
}
