import type { VectorHit } from './nearest.js';
import type { Query } from './query.js';

/** A query in the space of one embedder. */
export interface VectorQuery {
  /** The embedder's version: only its vectors are compared. */
  embedder: string;
  /** Of length one. */
  vector: Float32Array;
}

/**
 * Finds what is near. Both ways of doing it (in this process, by pgvector) give the same on the same data, but for the
 * rounding of a byte a dimension. Each asks as the tenant whose scopes these are.
 */
export interface VectorIndex {
  /** How it searches, for people. */
  readonly kind: 'exact' | 'pgvector';
  /**
   * The nearest of the scopes, best first, equal ones the older first.
   *
   * @throws SwitchyardError `memory.vectors.exhausted`: more than this process may hold
   */
  search(query: Query, scopes: readonly string[], wanted: VectorQuery, limit: number): Promise<VectorHit[]>;
  /** Cosines by `doc`; those that have no vector are left out. */
  cosines(query: Query, docs: readonly string[], wanted: VectorQuery): Promise<Map<string, number>>;
}
