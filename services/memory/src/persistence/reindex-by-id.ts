import type { QueryRunner } from 'typeorm';
import { countTerms, tokenise } from '../text/tokenise.js';

/** Memories that are read at once. */
const BATCH = 500;

interface Stored {
  id: string;
  text: string;
}

/** As `reindex`, for postings that are still keyed by the memory's id: the form before CreateRecords1764200000000. */
export async function reindexById(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query('DELETE FROM memory.postings');
  for (let after = ''; ;) {
    const memories = (await queryRunner.query(
      'SELECT id, text FROM memory.memories WHERE id > $1 ORDER BY id LIMIT $2',
      [after, BATCH],
    )) as Stored[];
    const last = memories.at(-1);
    if (!last) break;
    for (const memory of memories) await index(queryRunner, memory);
    after = last.id;
  }
  await queryRunner.query(
    `UPDATE memory.scopes s
     SET terms = (SELECT coalesce(sum(m.terms), 0) FROM memory.memories m WHERE m.scope_id = s.id)`,
  );
}

async function index(queryRunner: QueryRunner, { id, text }: Stored): Promise<void> {
  const terms = tokenise(text);
  const counts = countTerms(terms);
  await queryRunner.query('UPDATE memory.memories SET terms = $2 WHERE id = $1', [id, terms.length]);
  await queryRunner.query(
    `INSERT INTO memory.postings (scope_id, term, memory_id, frequency, length)
     SELECT m.scope_id, t.term, m.id, t.frequency, m.terms
     FROM memory.memories m, unnest($2::text[], $3::integer[]) AS t (term, frequency) WHERE m.id = $1`,
    [id, [...counts.keys()], [...counts.values()]],
  );
}
