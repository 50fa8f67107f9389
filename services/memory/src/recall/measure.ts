import { groupBy } from '../group-by.js';
import type { PostingRow, VisibleScope } from '../persistence/recall.repository.js';
import { termScore, type TermMatch } from '../ranking/bm25.js';

/** BM25 of any memory, by its postings. */
export class Measure {
  readonly texts: number;
  private readonly collection: { texts: number; terms: number };
  private rows = new Map<string, PostingRow[]>();

  constructor(
    scopes: readonly VisibleScope[],
    private readonly frequencies: ReadonlyMap<string, number>,
  ) {
    this.texts = scopes.reduce((sum, { memories }) => sum + memories, 0);
    this.collection = { texts: this.texts, terms: scopes.reduce((sum, { terms }) => sum + terms, 0) };
  }

  add(postings: readonly PostingRow[]): void {
    this.rows = groupBy(postings, ({ doc }) => doc);
  }

  /** @param without terms that count for nothing in it */
  scoreOf(doc: string, without: ReadonlySet<string>): number {
    return this.termsOf(doc).reduce((sum, { term, adds }) => (without.has(term) ? sum : sum + adds), 0);
  }

  termsOf(doc: string): (TermMatch & { adds: number })[] {
    return (this.rows.get(doc) ?? []).map(({ term, frequency, length }) => {
      const match = { term, frequency, documentFrequency: this.frequencies.get(term) ?? 1 };
      return { ...match, adds: termScore(match, length, this.collection) };
    });
  }
}
