import type { VectorHit } from './nearest.js';
import type { Query } from './query.js';
import type { MadeVector } from './stored-vectors.js';
import type { VectorIndex, VectorQuery } from './vector-index.js';

/**
 * Lets Postgres compare, by its extension pgvector. Every vector of the scopes is compared, so that the answer is exact;
 * an operator who has more than that allows may add an HNSW index on `(embedding::vector(N))` of one embedder (see the
 * guide), and gets what it finds: the statements are written so that Postgres can use it.
 */
export class PgVectorIndex implements VectorIndex {
  readonly kind = 'pgvector';

  async search(query: Query, scopes: readonly string[], wanted: VectorQuery, limit: number): Promise<VectorHit[]> {
    const { length } = wanted.vector;
    const rows = await query<{ doc: string; cosine: number }>(
      `memory_nearest_${length}`,
      `SELECT doc::text AS doc, 1 - (embedding::vector(${length}) <=> $3::vector(${length})) AS cosine
       FROM memory.embeddings WHERE scope_id = ANY ($1::bigint[]) AND embedder = $2
       ORDER BY embedding::vector(${length}) <=> $3::vector(${length}), memory.embeddings.doc LIMIT $4`,
      [scopes, wanted.embedder, literal(wanted.vector), limit],
    );
    // A vector of zeros has no angle: it is near nothing, and stands last.
    return rows
      .map(({ doc, cosine }) => ({ doc, cosine: Number(cosine) }))
      .filter(({ cosine }) => !Number.isNaN(cosine));
  }

  async cosines(query: Query, docs: readonly string[], wanted: VectorQuery): Promise<Map<string, number>> {
    const rows = await query<{ doc: string; cosine: number }>(
      'memory_cosines',
      `SELECT doc::text AS doc, 1 - (embedding <=> $3::vector) AS cosine FROM memory.embeddings
       WHERE doc = ANY ($1::bigint[]) AND embedder = $2`,
      [docs, wanted.embedder, literal(wanted.vector)],
    );
    return new Map(rows.map(({ doc, cosine }) => [doc, Number(cosine) || 0]));
  }
}

/** Whether the database has the table: the migration makes it where the extension is there. */
export async function hasPgVector(query: Query): Promise<boolean> {
  const [row] = await query<{ there: boolean }>(
    'memory_has_pgvector',
    `SELECT to_regclass('memory.embeddings') IS NOT NULL AS there`,
    [],
  );
  return row?.there === true;
}

/** Beside what `writeVectors` wrote in the same transaction; what is deleted there is deleted here by Postgres. */
export async function writeEmbeddings(query: Query, embedder: string, made: readonly MadeVector[]): Promise<void> {
  await query(
    'memory_write_embeddings',
    `INSERT INTO memory.embeddings (doc, embedder, tenant, scope_id, embedding)
     SELECT doc, $1, tenant, scope_id, embedding::vector
     FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[]) AS e (doc, tenant, scope_id, embedding)`,
    [
      embedder,
      made.map(({ doc }) => doc),
      made.map(({ tenant }) => tenant),
      made.map(({ scopeId }) => scopeId),
      made.map(({ vector }) => literal(vector)),
    ],
  );
}

/** A vector as pgvector reads it. */
function literal(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
