import type { Embedder } from './embedder.js';
import { embedderUnavailable, isRefusal } from './embedder-error.js';

/** Queries that are kept in mind: a run asks the same more than once, and so do its retries. */
const MAX_QUERIES = 512;
/** Characters of a query that its meaning is made of. */
const MAX_QUERY = 2_000;

/** After a failure no query is put to it for so long: each would hold up a recall. */
const REST_MS = 5_000;

/** Vectors of the last queries; while the embedder is down or slow, that at once instead of after a wait. */
export class CachedQueries {
  private readonly vectors = new Map<string, Promise<Float32Array>>();
  private readonly begun = new Map<Promise<Float32Array>, number>();
  private failure: { until: number; error: unknown } | undefined;

  /**
   * @param patienceMs a query that has been without an answer for so long stands for all that would come after it
   * @param now milliseconds
   */
  constructor(
    private readonly embedder: Embedder,
    private readonly patienceMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws SwitchyardError `memory.embedder.…` */
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
    const vector = this.ask(text);
    // A failure is not kept.
    vector.catch(() => this.vectors.delete(text));
    return vector;
  }

  private async ask(text: string): Promise<Float32Array> {
    const now = this.now();
    if (this.failure && now < this.failure.until) throw this.failure.error;
    if ([...this.begun.values()].some((begun) => now - begun >= this.patienceMs))
      throw embedderUnavailable('it is still busy with an earlier query');
    const asked = this.embedder.embed([text], { urgent: true }).then(([only]) => only ?? new Float32Array());
    this.begun.set(asked, now);
    try {
      const vector = await asked;
      this.failure = undefined;
      return vector;
    } catch (error) {
      // One query that it will not have says nothing of the next.
      if (!isRefusal(error)) this.failure = { until: this.now() + REST_MS, error };
      throw error;
    } finally {
      this.begun.delete(asked);
    }
  }
}
