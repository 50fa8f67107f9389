import type { QueryRunner } from 'typeorm';
import { create, ProvenanceSchema } from '@switchyard/contracts';
import { makeFact } from '../records/make-statement.js';

/** Memories that are read at once. */
const BATCH = 500;

interface Stored {
  doc: string;
  text: string;
  self: string;
}

const NONE = create(ProvenanceSchema);

/**
 * Gives each memory its key anew. Of those of a scope that become one, the oldest stays, with the counts, tags and last
 * time of all; the calls that saved the others count as having saved it.
 * Of those of one subject the latest holds. All are facts: nothing else was stored before.
 */
export async function rekey(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query('ALTER TABLE memory.memories DROP CONSTRAINT memories_statement');
  for (let after = '0'; ;) {
    const memories = (await queryRunner.query(
      `SELECT m.doc, m.text, s.user_id AS self FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
       WHERE m.doc > $1 ORDER BY m.doc LIMIT $2`,
      [after, BATCH],
    )) as Stored[];
    const last = memories.at(-1);
    if (!last) break;
    const facts = memories.map(({ text, self }) => makeFact({ text, self, at: new Date(), provenance: NONE }));
    await queryRunner.query(
      `UPDATE memory.memories m SET statement_key = k.key, subject = k.subject
       FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k (doc, key, subject) WHERE m.doc = k.doc`,
      [
        memories.map(({ doc }) => doc),
        facts.map(({ statementKey }) => statementKey),
        facts.map(({ subject }) => subject),
      ],
    );
    after = last.doc;
  }
  for (const statement of MERGE) await queryRunner.query(statement);
  await queryRunner.query(
    'ALTER TABLE memory.memories ADD CONSTRAINT memories_statement UNIQUE (scope_id, statement_key)',
  );
}

const MERGE = [
  `CREATE TEMPORARY TABLE doubles ON COMMIT DROP AS
     SELECT id, scope_id, statement_key,
       first_value(id) OVER (PARTITION BY scope_id, statement_key ORDER BY doc) AS kept
     FROM memory.memories`,
  `UPDATE memory.memories m SET count = d.count, last_at = d.last_at, tags = d.tags
     FROM (SELECT d.kept, sum(m.count)::integer AS count, max(m.last_at) AS last_at,
             ARRAY(SELECT DISTINCT tag FROM memory.memories t, unnest(t.tags) AS tag
               WHERE t.scope_id = min(m.scope_id) AND t.statement_key = min(m.statement_key) ORDER BY tag) AS tags
           FROM doubles d JOIN memory.memories m USING (id) GROUP BY d.kept HAVING count(*) > 1) d
     WHERE m.id = d.kept`,
  `INSERT INTO memory.saves (tenant, call_id, memory_id, saved_at)
     SELECT s.tenant, s.call_id, d.kept, s.saved_at FROM memory.saves s JOIN doubles d ON d.id = s.memory_id
     WHERE d.id <> d.kept ON CONFLICT DO NOTHING`,
  'DELETE FROM memory.saves s USING doubles d WHERE d.id = s.memory_id AND d.id <> d.kept',
  'DELETE FROM memory.versions v USING doubles d WHERE d.id = v.memory_id AND d.id <> d.kept',
  'DELETE FROM memory.memories m USING doubles d WHERE d.id = m.id AND d.id <> d.kept',
  `CREATE TEMPORARY TABLE replaced ON COMMIT DROP AS
     SELECT id, lead(id) OVER subjects AS by, lead(last_at) OVER subjects AS at
     FROM memory.memories WHERE subject <> '' WINDOW subjects AS (PARTITION BY scope_id, subject ORDER BY last_at, doc)`,
  `UPDATE memory.memories m SET state = 'superseded', superseded_by = r.by FROM replaced r
     WHERE m.id = r.id AND r.by IS NOT NULL`,
  `UPDATE memory.versions v SET valid_to = greatest(r.at, v.valid_from) FROM replaced r
     WHERE v.memory_id = r.id AND r.by IS NOT NULL`,
];
