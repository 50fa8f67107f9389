import { setImmediate } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/contracts';
import { Nearest, type VectorHit } from './nearest.js';
import type { Query } from './query.js';
import { Scanner } from './scan.js';
import { ScopeMatrix, type StoredVector } from './scope-matrix.js';
import { docsOf, revisionsOf, vectorsOf, vectorsSince, type ScopeRevision } from './stored-vectors.js';
import type { VectorIndex, VectorQuery } from './vector-index.js';

/** Vectors that are read at once. */
const PAGE = 4_096;
/** Some 8 ms of one core. */
const TURN = 1 << 26;
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

  /**
   * @param maxBytes that the kept vectors may take
   * @param turn bytes that are compared before others get a turn
   */
  constructor(
    private readonly maxBytes: number,
    private readonly turn = TURN,
  ) {}

  async search(query: Query, scopes: readonly string[], wanted: VectorQuery, limit: number): Promise<VectorHit[]> {
    const revisions = await revisionsOf(query, wanted.embedder, scopes);
    this.checkRoom(revisions, wanted.vector.length);
    const nearest = new Nearest(limit);
    const rowsATurn = Math.ceil(this.turn / wanted.vector.length);
    let turn = rowsATurn;
    for (const revision of revisions) {
      const { matrix } = await this.upToDate(query, wanted, revision);
      const { size } = matrix;
      for (let from = 0; from < size;) {
        if (turn === 0) {
          await setImmediate();
          turn = rowsATurn;
        }
        const to = Math.min(size, from + turn);
        matrix.search(this.scanner, wanted.vector, nearest, from, to);
        turn -= to - from;
        from = to;
      }
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
    const kept = this.kept.get(key) ?? empty(wanted.vector.length, now.epoch);
    this.kept.delete(key);
    this.kept.set(key, kept);
    for (;;) {
      if (kept.reading) {
        // Whoever began it is told why it failed; the others try by themselves.
        await kept.reading.catch(() => undefined);
        continue;
      }
      const missing = this.missing(query, wanted.embedder, now, kept);
      if (!missing) return kept;
      kept.reading = missing.finally(() => (kept.reading = undefined));
      await kept.reading;
    }
  }

  private missing(query: Query, embedder: string, now: ScopeRevision, kept: Kept): Promise<void> | undefined {
    if (BigInt(kept.epoch) < BigInt(now.epoch)) return this.dropGone(query, embedder, now, kept);
    if (BigInt(kept.revision) < BigInt(now.revision)) return this.read(query, embedder, now, kept);
    return undefined;
  }

  /** Vectors were deleted: which are left is read, and not what they are. */
  private async dropGone(query: Query, embedder: string, now: ScopeRevision, kept: Kept): Promise<void> {
    kept.matrix = kept.matrix.only(await docsOf(query, embedder, now.scope_id));
    kept.epoch = now.epoch;
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
  const signed = new Int8Array(codes.buffer, codes.byteOffset, codes.length);
  let sum = 0;
  for (let at = 0; at < signed.length; at += 1) sum += (signed[at] ?? 0) * (query[at] ?? 0);
  return sum * scale;
}
