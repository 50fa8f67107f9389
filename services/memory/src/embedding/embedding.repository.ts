import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction, sql } from '@switchyard/persistence';
import { hasPgVector, writeEmbeddings } from '../vectors/pg-vector-index.js';
import { queryOn } from '../vectors/query.js';
import { deleteVectorsOfOthers, writeVectors, type MadeVector } from '../vectors/stored-vectors.js';

const QUEUE_ROUND = 5_000;

// What somebody is erasing is left out, or it would wait for ever.
const QUEUE_SOME = `
WITH batch AS MATERIALIZED (
  SELECT doc FROM memory.memories WHERE doc > $2 ORDER BY doc LIMIT $3
), missing AS (
  SELECT m.doc, m.tenant FROM memory.memories m
  WHERE m.doc IN (
    SELECT b.doc FROM batch b
    WHERE NOT EXISTS (SELECT 1 FROM memory.vectors v WHERE v.doc = b.doc AND v.embedder = $1))
  ORDER BY m.doc FOR KEY SHARE SKIP LOCKED
), queued AS (
  INSERT INTO memory.to_embed (doc, tenant) SELECT doc, tenant FROM missing ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT max(doc) FROM batch) AS last, (SELECT count(*) FROM queued) AS queued`;

/** A memory that waits for its vector. */
export interface Waiting {
  doc: string;
  tenant: string;
  scope_id: string;
  text: string;
  speaker: string;
  /** Those that have made it already: who let it wait was late. */
  embedders: string[];
}

/** What waits for a vector, of all tenants: nobody's request, so as the owner. */
@Injectable()
export class EmbeddingRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Takes some in hand; nobody else gets them for so long. */
  claim(limit: number, forMs: number, now: Date): Promise<Waiting[]> {
    return sql<Waiting>(
      this.dataSource,
      `UPDATE memory.to_embed t SET claimed_until = $2, attempts = t.attempts + 1
       FROM memory.memories m
       WHERE m.doc = t.doc AND t.doc IN (
         SELECT doc FROM memory.to_embed WHERE claimed_until <= $3 ORDER BY attempts, doc LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING m.doc, m.tenant, m.scope_id, m.text, m.speaker,
         ARRAY(SELECT v.embedder FROM memory.vectors v WHERE v.doc = m.doc) AS embedders`,
      [limit, new Date(now.getTime() + forMs), now],
    );
  }

  /**
   * Writes the vectors of those that are still there.
   *
   * @param had docs that wait no more, for they have theirs
   * @returns how many were written
   */
  async finish(embedder: string, made: readonly MadeVector[], had: readonly string[] = []): Promise<number> {
    return inTransaction(this.dataSource, async (manager) => {
      const docs = made.map(({ doc }) => doc);
      // Nobody erases them before their vectors are there to be erased; what somebody is erasing is not waited for.
      const there = await sql<{ doc: string }>(
        manager,
        `SELECT m.doc FROM memory.memories m WHERE m.doc = ANY ($1::bigint[])
           AND NOT EXISTS (SELECT 1 FROM memory.vectors v WHERE v.doc = m.doc AND v.embedder = $2)
         ORDER BY m.doc FOR KEY SHARE OF m SKIP LOCKED`,
        [docs, embedder],
      );
      const kept = new Set(there.map(({ doc }) => doc));
      const written = made.filter(({ doc }) => kept.has(doc));
      const query = queryOn(manager);
      if (written.length > 0) {
        await writeVectors(query, embedder, written);
        if (await hasPgVector(query)) await writeEmbeddings(query, embedder, written);
      }
      await sql(
        manager,
        `DELETE FROM memory.to_embed t WHERE t.doc = ANY ($1::bigint[])
           AND EXISTS (SELECT 1 FROM memory.vectors v WHERE v.doc = t.doc AND v.embedder = $2)`,
        [[...docs, ...had], embedder],
      );
      return written.length;
    });
  }

  /** Gives back what could not be done. */
  async giveBack(docs: readonly string[]): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE memory.to_embed SET claimed_until = '-infinity' WHERE doc = ANY ($1::bigint[])`,
      [docs],
    );
  }

  /** Lets those wait that have no vector of this embedder: it is new. Some at a time. @returns how many */
  async queueMissing(embedder: string): Promise<number> {
    let queued = 0;
    for (let after: string | null = '0'; after !== null;) {
      const rows: { last: string | null; queued: string }[] = await sql(this.dataSource, QUEUE_SOME, [
        embedder,
        after,
        QUEUE_ROUND,
      ]);
      queued += Number(rows[0]?.queued ?? 0);
      after = rows[0]?.last ?? null;
    }
    return queued;
  }

  /** Of all embedders that have vectors. */
  async versions(): Promise<string[]> {
    const rows = await sql<{ embedder: string }>(
      this.dataSource,
      'SELECT DISTINCT embedder FROM memory.vector_scopes WHERE vectors > 0 ORDER BY embedder',
    );
    return rows.map(({ embedder }) => embedder);
  }

  async pending(): Promise<number> {
    const [row] = await sql<{ n: string }>(this.dataSource, 'SELECT count(*) AS n FROM memory.to_embed');
    return Number(row?.n ?? 0);
  }

  /** Deletes vectors of embedders that serve no more, some at a time. @returns whether any are left */
  async deleteOthers(embedder: string, limit: number): Promise<boolean> {
    return inTransaction(
      this.dataSource,
      async (manager) => (await deleteVectorsOfOthers(queryOn(manager), embedder, limit)) === limit,
    );
  }
}
