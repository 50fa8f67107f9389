import type { VectorHit } from './vectors/nearest.js';
import type { Query } from './vectors/query.js';
import type { VectorQuery } from './vectors/vector-index.js';

/** One query in the space of the vectors; made while the words are searched. */
export interface SemanticQuery {
  /** The nearest memories of the scopes, best first; none where it goes without. */
  nearest(query: Query, scopes: readonly string[], limit: number): Promise<VectorHit[]>;
  /** Cosines of these memories, by `doc`; those without a vector are left out. */
  cosines(query: Query, docs: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** How near a vector is that is stored nowhere; undefined: it went without, or with those of another embedder. */
  cosineTo(vector: VectorQuery): number | undefined;
  /** Why it went without vectors, for people; empty where it did not. Known once `nearest` has answered. */
  readonly without: string;
}

/** What is near in meaning. Injected, so that recall does not know where vectors come from. */
export interface Semantics {
  /** Begins to read a query. Undefined: vectors are turned off. */
  read(query: string): SemanticQuery | undefined;
}

export const SEMANTICS = Symbol('memory.semantics');

/** Words alone. */
export const NO_SEMANTICS: Semantics = { read: () => undefined };
