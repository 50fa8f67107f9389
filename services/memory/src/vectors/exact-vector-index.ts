import { SwitchyardError } from '@switchyard/contracts';
import { Nearest, type VectorHit } from './nearest.js';
import { restore } from './quantise.js';
import type { Query } from './query.js';
import { Scanner } from './scan.js';
import { ScopeMatrix, type StoredVector } from './scope-matrix.js';
import { revisionsOf, vectorsOf, vectorsSince, type ScopeRevision } from './stored-vectors.js';
import type { VectorIndex, VectorQuery } from './vector-index.js';

/** Vectors that are read at once. */
const PAGE = 4_096;
/** Above any that there is: 2^63 - 1. */
const LAST_DOC = '9223372036854775807';

interface Kept {
  matrix: ScopeMatrix;
  epoch: string;
  /** The last that was read. */
  revision: string;
  doc: string;
  /** A reading that is going on: others wait for it. */
  reading: Promise<void> | undefined;
}

/**
 * Compares a query with every vector of the scopes, which are kept in this process as long as there is room, the least
 * recently searched going first. What was written since is read before each search: a scope's revision says whether there
 * is anything, so that no message has to arrive for the index to be right.
 */
export class ExactVectorIndex implements VectorIndex {
  readonly kind = 'exact';
  private readonly scanner = new Scanner();
  /** By embedder and scope, the most recently searched last. */
  private readonly kept = new Map<string, Kept>();

  /** @param maxBytes that the kept vectors may take */
  constructor(private readonly maxBytes: number) {}

  async search(query: Query, scopes: readonly string[], wanted: VectorQuery, limit: number): Promise<VectorHit[]> {
    const revisions = await revisionsOf(query, wanted.embedder, scopes);
    this.checkRoom(revisions, wanted.vector.length);
    const nearest = new Nearest(limit);
    for (const revision of revisions) {
      const { matrix } = await this.upToDate(query, wanted, revision);
      matrix.search(this.scanner, wanted.vector, nearest);
    }
    this.evict();
    return nearest.hits();
  }

  async cosines(query: Query, docs: readonly string[], wanted: VectorQuery): Promise<Map<string, number>> {
    const rows = await vectorsOf(query, wanted.embedder, docs);
    return new Map(rows.map((row) => [row.doc, cosineOf(row, wanted.vector)]));
  }

  private checkRoom(revisions: readonly ScopeRevision[], dimensions: number): void {
    const bytes = revisions.reduce((sum, { vectors }) => sum + vectors * dimensions, 0);
    if (bytes <= this.maxBytes) return;
    throw new SwitchyardError(
      'memory.vectors.exhausted',
      `The ${revisions.length} scopes that are searched hold more vectors than SWITCHYARD_VECTOR_CACHE_MB lets this process keep. Narrow the search to a user or a thread, or raise it.`,
      { details: { scopes: revisions.length, bytes } },
    );
  }

  private async upToDate(query: Query, wanted: VectorQuery, now: ScopeRevision): Promise<Kept> {
    const key = `${wanted.embedder}\n${now.scope_id}`;
    const known = this.kept.get(key);
    const kept = known?.epoch === now.epoch ? known : empty(wanted.vector.length, now.epoch);
    this.kept.delete(key);
    this.kept.set(key, kept);
    while (BigInt(kept.revision) < BigInt(now.revision)) {
      kept.reading ??= this.read(query, wanted.embedder, now, kept).finally(() => (kept.reading = undefined));
      await kept.reading;
    }
    return kept;
  }

  private async read(query: Query, embedder: string, now: ScopeRevision, kept: Kept): Promise<void> {
    for (;;) {
      const rows = await vectorsSince(query, embedder, now.scope_id, kept, PAGE);
      for (const row of rows) kept.matrix.put(row);
      const last = rows.at(-1);
      if (last) [kept.revision, kept.doc] = [last.revision, last.doc];
      if (rows.length < PAGE) break;
    }
    // Vectors of the last revisions may have been erased since: what there is of them has been read.
    if (BigInt(kept.revision) < BigInt(now.revision)) [kept.revision, kept.doc] = [now.revision, LAST_DOC];
  }

  private evict(): void {
    let bytes = [...this.kept.values()].reduce((sum, { matrix }) => sum + matrix.bytes, 0);
    for (const [key, { matrix, reading }] of this.kept) {
      if (bytes <= this.maxBytes) return;
      if (reading) continue;
      this.kept.delete(key);
      bytes -= matrix.bytes;
    }
  }
}

function empty(dimensions: number, epoch: string): Kept {
  return { matrix: new ScopeMatrix(dimensions), epoch, revision: '0', doc: '0', reading: undefined };
}

function cosineOf({ scale, codes }: StoredVector, query: Float32Array): number {
  const vector = restore({ scale, codes: new Int8Array(codes.buffer, codes.byteOffset, codes.length) });
  return vector.reduce((sum, value, index) => sum + value * (query[index] ?? 0), 0);
}
