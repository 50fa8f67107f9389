import type { SemanticQuery, Semantics } from '../semantics.js';
import type { VectorHit } from '../vectors/nearest.js';
import type { Query } from '../vectors/query.js';
import type { VectorQuery } from '../vectors/vector-index.js';

/** A memory that is not kept yet, with the vector that it would have. */
export interface DraftVector {
  doc: string;
  vector: VectorQuery;
}

/**
 * What would be near if a draft had its vector. It is added to what is found and stored nowhere: vectors are cached by
 * processes, which must not learn of what may be refused.
 */
export function semanticsWith(semantics: Semantics, draft: DraftVector): Semantics {
  return {
    read: (query) => {
      const stored = semantics.read(query);
      return stored && new WithDraft(stored, draft);
    },
  };
}

class WithDraft implements SemanticQuery {
  constructor(
    private readonly stored: SemanticQuery,
    private readonly draft: DraftVector,
  ) {}

  get without(): string {
    return this.stored.without;
  }

  cosineTo(vector: VectorQuery): number | undefined {
    return this.stored.cosineTo(vector);
  }

  async nearest(query: Query, scopes: readonly string[], limit: number): Promise<VectorHit[]> {
    const hits = await this.stored.nearest(query, scopes, limit);
    const { doc, vector } = this.draft;
    const cosine = this.cosineTo(vector);
    if (cosine === undefined) return hits;
    return [...hits, { doc, cosine }].sort((a, b) => b.cosine - a.cosine).slice(0, limit);
  }

  async cosines(query: Query, docs: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const stored = await this.stored.cosines(query, docs);
    const { doc, vector } = this.draft;
    const cosine = this.cosineTo(vector);
    return cosine === undefined || !docs.includes(doc) ? stored : new Map([...stored, [doc, cosine]]);
  }
}
