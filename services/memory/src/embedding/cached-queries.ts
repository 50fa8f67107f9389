import type { Embedder } from './embedder.js';

/** Queries that are kept in mind: a run asks the same more than once, and so do its retries. */
const MAX_QUERIES = 512;
/** Characters of a query that its meaning is made of. */
const MAX_QUERY = 2_000;

/** Vectors of the last queries. */
export class CachedQueries {
  private readonly vectors = new Map<string, Promise<Float32Array>>();

  constructor(private readonly embedder: Embedder) {}

  vectorOf(query: string): Promise<Float32Array> {
    const text = query.slice(0, MAX_QUERY);
    const known = this.vectors.get(text);
    this.vectors.delete(text);
    const vector = known ?? this.embed(text);
    this.vectors.set(text, vector);
    const [oldest] = this.vectors.keys();
    if (this.vectors.size > MAX_QUERIES && oldest !== undefined) this.vectors.delete(oldest);
    return vector;
  }

  private embed(text: string): Promise<Float32Array> {
    const vector = this.embedder.embed([text], { urgent: true }).then(([only]) => only ?? new Float32Array());
    // A failure is not kept.
    vector.catch(() => this.vectors.delete(text));
    return vector;
  }
}
