import { SwitchyardError } from '@switchyard/contracts';
import type { SemanticQuery, Semantics } from '../semantics.js';
import type { VectorHit } from '../vectors/nearest.js';
import type { Query } from '../vectors/query.js';
import type { VectorIndex, VectorQuery } from '../vectors/vector-index.js';
import { CachedQueries } from './cached-queries.js';
import type { Embedder } from './embedder.js';

/** How long a recall waits for the vector of its query before it goes on by words. */
const PATIENCE_MS = 1_500;

/** Finds what is near by the vectors of one embedder, or, while a new one is at work, by those of the one before. */
export class VectorSemantics implements Semantics {
  private readonly queries = new Map<Embedder, CachedQueries>();

  /** @param embedders the one that is set first; then those whose vectors still serve */
  constructor(
    private readonly index: VectorIndex,
    private readonly embedders: readonly Embedder[],
    private readonly patienceMs = PATIENCE_MS,
  ) {
    for (const embedder of embedders) this.queries.set(embedder, new CachedQueries(embedder, patienceMs));
  }

  read(query: string): SemanticQuery {
    return new Reading(
      this.index,
      this.embedders.map((embedder) => ({
        version: embedder.version,
        vectorOf: () => this.queries.get(embedder)?.vectorOf(query) ?? embedder.embed([query]).then(([only]) => only),
      })),
      this.patienceMs,
    );
  }
}

interface Space {
  version: string;
  vectorOf(): Promise<Float32Array | undefined>;
}

class Reading implements SemanticQuery {
  without = '';
  private readonly first: Promise<Float32Array | undefined>;
  private wanted: VectorQuery | undefined;

  constructor(
    private readonly index: VectorIndex,
    private readonly spaces: readonly Space[],
    private readonly patienceMs: number,
  ) {
    this.first = spaces[0]?.vectorOf() ?? Promise.resolve(undefined);
    // Whoever asks `nearest` is told; nobody may ask.
    this.first.catch(() => undefined);
  }

  async nearest(query: Query, scopes: readonly string[], limit: number): Promise<VectorHit[]> {
    try {
      this.wanted = await inTime(this.spaceFor(query, scopes), this.patienceMs);
      return this.wanted ? await this.index.search(query, scopes, this.wanted, limit) : [];
    } catch (error) {
      if (!(error instanceof SwitchyardError) || !error.code.startsWith('memory.')) throw error;
      this.wanted = undefined;
      this.without = error.message;
      return [];
    }
  }

  async cosines(query: Query, docs: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.wanted ? this.index.cosines(query, docs, this.wanted) : new Map();
  }

  cosineTo({ embedder, vector }: VectorQuery): number | undefined {
    const { wanted } = this;
    if (wanted?.embedder !== embedder) return undefined;
    return wanted.vector.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0);
  }

  /** The space that holds most of the scopes: a new embedder serves from when it has as many vectors as the one before. */
  private async spaceFor(query: Query, scopes: readonly string[]): Promise<VectorQuery | undefined> {
    const [current] = this.spaces;
    if (!current) return undefined;
    if (this.spaces.length > 1) {
      const rows = await query<{ embedder: string; vectors: string }>(
        'memory_vectors_by_embedder',
        'SELECT embedder, sum(vectors) AS vectors FROM memory.vector_scopes WHERE scope_id = ANY ($1::bigint[]) GROUP BY embedder',
        [scopes],
      );
      const held = new Map(rows.map(({ embedder, vectors }) => [embedder, Number(vectors)]));
      const most = [...this.spaces].sort((a, b) => (held.get(b.version) ?? 0) - (held.get(a.version) ?? 0))[0];
      if (most && most !== current) return wantedOf(most.version, await most.vectorOf());
    }
    return wantedOf(current.version, await this.first);
  }
}

function wantedOf(embedder: string, vector: Float32Array | undefined): VectorQuery | undefined {
  return vector && vector.length > 0 ? { embedder, vector } : undefined;
}

async function inTime<Result>(work: Promise<Result>, patienceMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new SwitchyardError(
          'memory.embedder.unavailable',
          `The embedder took longer than ${patienceMs} ms for the query.`,
          {
            retryable: true,
          },
        ),
      );
    }, patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
