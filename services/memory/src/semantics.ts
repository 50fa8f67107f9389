/** A scope as the index of vectors knows it. */
export interface SearchedScope {
  id: string;
}

/** A query in the space of the vectors. */
export interface SemanticQuery {
  /** The nearest memories of the scopes, best first. */
  nearest(scopes: readonly SearchedScope[], limit: number): Promise<{ doc: string; cosine: number }[]>;
  /** Cosines of these memories, by `doc`; those without a vector are left out. */
  cosines(memories: readonly { doc: string; scopeId: string }[]): Promise<ReadonlyMap<string, number>>;
}

/** What is near in meaning. Injected, so that recall does not know where vectors come from. */
export interface Semantics {
  /** @returns why it goes without, for people; empty: it is turned off */
  read(query: string): Promise<SemanticQuery | { without: string }>;
}

export const SEMANTICS = Symbol('memory.semantics');

/** Words alone. */
export const NO_SEMANTICS: Semantics = { read: () => Promise.resolve({ without: '' }) };
