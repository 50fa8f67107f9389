import { quantise } from './quantise.js';
import type { Query } from './query.js';
import type { StoredVector } from './scope-matrix.js';

/** How far the vectors of a scope have come. */
export interface ScopeRevision {
  scope_id: string;
  /** Rises with each write. */
  revision: string;
  /** Rises when vectors are gone: what was read before holds too much. Neither ever falls. */
  epoch: string;
  /** Vectors. */
  vectors: number;
}

/** A vector that was made of a memory's text. */
export interface MadeVector {
  doc: string;
  tenant: string;
  scopeId: string;
  vector: Float32Array;
}

export function revisionsOf(query: Query, embedder: string, scopes: readonly string[]): Promise<ScopeRevision[]> {
  return query<ScopeRevision>(
    'memory_vector_revisions',
    `SELECT scope_id, revision, epoch, vectors FROM memory.vector_scopes
     WHERE scope_id = ANY ($1::bigint[]) AND embedder = $2`,
    [scopes, embedder],
  );
}

/** What was written after a revision that is known, at most `limit` at a time, in order. */
export function vectorsSince(
  query: Query,
  embedder: string,
  scopeId: string,
  after: { revision: string; doc: string },
  limit: number,
): Promise<(StoredVector & { revision: string })[]> {
  return query<StoredVector & { revision: string }>(
    'memory_vectors_since',
    `SELECT doc, scale, codes, revision FROM memory.vectors
     WHERE scope_id = $1 AND embedder = $2 AND (revision, doc) > ($3, $4) ORDER BY revision, doc LIMIT $5`,
    [scopeId, embedder, after.revision, after.doc, limit],
  );
}

/** Memories of a scope that have a vector; packed, for there may be hundreds of thousands. */
export async function docsOf(query: Query, embedder: string, scopeId: string): Promise<Set<number>> {
  const [row] = await query<{ docs: Uint8Array | null }>(
    'memory_vector_docs',
    `SELECT string_agg(int8send(doc), '') AS docs FROM memory.vectors WHERE scope_id = $1 AND embedder = $2`,
    [scopeId, embedder],
  );
  const bytes = row?.docs ?? new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const docs = new Set<number>();
  for (let at = 0; at < bytes.length; at += 8) docs.add(view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4));
  return docs;
}

export function vectorsOf(query: Query, embedder: string, docs: readonly string[]): Promise<StoredVector[]> {
  return query<StoredVector>(
    'memory_vectors_of',
    'SELECT doc, scale, codes FROM memory.vectors WHERE doc = ANY ($1::bigint[]) AND embedder = $2',
    [docs, embedder],
  );
}

/**
 * Writes vectors of memories that are there. A scope's row stays locked until the end of the transaction, so that whoever
 * knows a revision knows all before it.
 */
export async function writeVectors(query: Query, embedder: string, made: readonly MadeVector[]): Promise<void> {
  const rows = made.map(({ vector, ...rest }) => ({ ...rest, ...quantise(vector) }));
  await query('memory_write_vectors', WRITE, [
    embedder,
    rows.map(({ doc }) => doc),
    rows.map(({ tenant }) => tenant),
    rows.map(({ scopeId }) => scopeId),
    rows.map(({ scale }) => scale),
    rows.map(({ codes }) => Buffer.from(codes.buffer).toString('hex')),
  ]);
}

const WRITE = `
WITH made AS (
  SELECT * FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::real[], $6::text[]) AS v (doc, tenant, scope_id, scale, codes)
), raised AS (
  INSERT INTO memory.vector_scopes (tenant, scope_id, embedder, revision, epoch, vectors)
  SELECT tenant, scope_id, $1, 1, 0, count(*) FROM made GROUP BY tenant, scope_id ORDER BY scope_id
  ON CONFLICT (scope_id, embedder) DO UPDATE
    SET revision = vector_scopes.revision + 1, vectors = vector_scopes.vectors + excluded.vectors
  RETURNING scope_id, revision
)
INSERT INTO memory.vectors (doc, tenant, scope_id, embedder, revision, scale, codes)
SELECT m.doc, m.tenant, m.scope_id, $1, r.revision, m.scale, decode(m.codes, 'hex') FROM made m JOIN raised r USING (scope_id)`;

/** Deletes all vectors of memories, and tells those who hold them in mind. @returns how many */
export async function deleteVectors(query: Query, docs: readonly string[]): Promise<number> {
  const gone = await query<Place>(
    'memory_delete_vectors',
    'DELETE FROM memory.vectors WHERE doc = ANY ($1::bigint[]) RETURNING scope_id, embedder',
    [docs],
  );
  await query('memory_delete_to_embed', 'DELETE FROM memory.to_embed WHERE doc = ANY ($1::bigint[])', [docs]);
  await raiseEpochs(query, gone);
  return gone.length;
}

/** Deletes vectors of other embedders than this one, so many at most. @returns how many */
export async function deleteVectorsOfOthers(query: Query, embedder: string, limit: number): Promise<number> {
  const gone = await query<Place>(
    'memory_delete_vectors_of_others',
    `DELETE FROM memory.vectors WHERE (doc, embedder) IN (
       SELECT doc, embedder FROM memory.vectors WHERE embedder <> $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING scope_id, embedder`,
    [embedder, limit],
  );
  await raiseEpochs(query, gone);
  return gone.length;
}

interface Place {
  scope_id: string;
  embedder: string;
}

/** The rows of `vector_scopes` stay, also where nothing is left: a scope whose revision began anew would pass for one that is known. */
async function raiseEpochs(query: Query, gone: readonly Place[]): Promise<void> {
  if (gone.length === 0) return;
  const places = [gone.map(({ scope_id }) => scope_id), gone.map(({ embedder }) => embedder)];
  // In the order in which writers lock them.
  await query(
    'memory_lock_vector_scopes',
    `SELECT 1 FROM memory.vector_scopes WHERE (scope_id, embedder) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
     ORDER BY scope_id, embedder FOR UPDATE`,
    places,
  );
  await query(
    'memory_raise_epochs',
    `UPDATE memory.vector_scopes s SET epoch = s.epoch + 1, vectors = s.vectors - g.n
     FROM (SELECT scope_id, embedder, count(*)::integer AS n FROM unnest($1::bigint[], $2::text[]) AS g (scope_id, embedder)
       GROUP BY scope_id, embedder) g
     WHERE s.scope_id = g.scope_id AND s.embedder = g.embedder`,
    places,
  );
}
