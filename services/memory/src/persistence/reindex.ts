import type { QueryRunner } from 'typeorm';
import { indexedTerms } from '../text/indexed-terms.js';
import { countTerms } from '../text/tokenise.js';

/** Memories that are read at once. */
const BATCH = 500;

interface Stored {
  doc: string;
  text: string;
  speaker: string;
}

/**
 * Writes the postings and their statistics anew from the texts, by the rules as they are now. For a migration: queries
 * are read by the same rules as memories, and what was stored by older ones would no longer be found.
 */
export async function reindex(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query('DELETE FROM memory.postings');
  for (let after = '0'; ;) {
    const memories = (await queryRunner.query(
      'SELECT doc, text, speaker FROM memory.memories WHERE doc > $1 ORDER BY doc LIMIT $2',
      [after, BATCH],
    )) as Stored[];
    const last = memories.at(-1);
    if (!last) break;
    for (const memory of memories) await index(queryRunner, memory);
    after = last.doc;
  }
  await queryRunner.query(
    `UPDATE memory.scopes s SET (memories, terms) = (
       SELECT count(*), coalesce(sum(m.terms), 0) FROM memory.memories m WHERE m.scope_id = s.id AND m.state <> 'retracted')`,
  );
}

async function index(queryRunner: QueryRunner, { doc, text, speaker }: Stored): Promise<void> {
  const terms = indexedTerms(text, speaker);
  const counts = countTerms(terms);
  await queryRunner.query('UPDATE memory.memories SET terms = $2 WHERE doc = $1', [doc, terms.length]);
  await queryRunner.query(
    `INSERT INTO memory.postings (scope_id, term, doc, frequency, length, live, tenant)
     SELECT m.scope_id, t.term, m.doc, t.frequency, m.terms, m.state <> 'retracted', m.tenant
     FROM memory.memories m, unnest($2::text[], $3::integer[]) AS t (term, frequency) WHERE m.doc = $1`,
    [doc, [...counts.keys()], [...counts.values()]],
  );
}
