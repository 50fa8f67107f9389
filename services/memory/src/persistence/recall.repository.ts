import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { BM25 } from '../ranking/bm25.js';
import { HALF_LIFE_DAYS, MAX_BONUS } from '../ranking/recency.js';
import { asTenant } from './as-tenant.js';
import { MEMORY_COLUMNS, MEMORY_TABLES, type MemoryRow } from './memory-row.js';

/** A memory that matched, with all that its score is made of. */
export interface HitRow extends MemoryRow {
  /** As the ranking computed it. */
  score: number;
  /** Terms of the memory. */
  length: number;
  matched: { term: string; frequency: number; document_frequency: number }[];
  /** Memories that the asker sees, and their terms together. */
  texts: number;
  terms: number;
}

/** The read side. */
@Injectable()
export class RecallRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The best matches of any of the terms, best first. The statistics are those of what the asker sees, no more. */
  search(view: View, terms: readonly string[], limit: number, now: Date): Promise<HitRow[]> {
    const { text, name } = SEARCHES[view.narrow ? 'narrow' : 'visible'];
    return asTenant(this.dataSource, view.scope.tenant, (manager) =>
      sql<HitRow>(manager, text, [...partsOf(view.scope), terms, limit, now], { name }),
    );
  }

  /** What was said last, newest first. */
  recent(view: View, limit: number): Promise<MemoryRow[]> {
    const { text, name } = RECENTS[view.narrow ? 'narrow' : 'visible'];
    return asTenant(this.dataSource, view.scope.tenant, (manager) =>
      sql<MemoryRow>(manager, text, [...partsOf(view.scope), limit], { name }),
    );
  }
}

/** Through whose eyes: of one whose scope this is, or, narrow, of a person who sees all and looks at a part. */
export interface View {
  scope: Scope;
  narrow: boolean;
}

function partsOf({ tenant, agent, user, thread }: Scope): string[] {
  return [tenant, agent, user, thread];
}

/** The scopes of which every part that is set is the asker's. At most eight rows. */
const VISIBLE = `SELECT id, memories, terms FROM memory.scopes
  WHERE tenant = $1 AND agent IN ('', $2) AND user_id IN ('', $3) AND thread IN ('', $4)`;

/** The scopes that have every part that is asked for. */
const NARROW = `SELECT id, memories, terms FROM memory.scopes
  WHERE tenant = $1 AND $2 IN ('', agent) AND $3 IN ('', user_id) AND $4 IN ('', thread)`;

/**
 * BM25 times recency, in the formulas of ranking/. Recency adds a tenth at most, so that only what reaches the k-th best
 * BM25 less that tenth can be among the k best: no other memory's row is read.
 */
const searchIn = (scopes: string) => `
WITH visible AS (${scopes}),
collection AS (SELECT sum(memories)::float8 AS texts, sum(terms)::float8 AS terms FROM visible),
hits AS (
  SELECT p.doc, p.term, p.frequency, p.length
  FROM visible v JOIN memory.postings p ON p.scope_id = v.id AND p.term = ANY ($5::text[]) AND p.live
),
common AS (SELECT term, count(*) AS document_frequency FROM hits GROUP BY term),
ranked AS (
  SELECT h.doc, max(h.length) AS length,
    sum(ln(1 + (c.texts - f.document_frequency + 0.5) / (f.document_frequency + 0.5))
      * h.frequency * ${BM25.k1 + 1}
      / (h.frequency + ${BM25.k1} * (${1 - BM25.b} + ${BM25.b} * h.length * c.texts / c.terms))) AS bm25
  FROM hits h JOIN common f USING (term) CROSS JOIN collection c
  GROUP BY h.doc
),
cut AS (SELECT min(bm25) / ${1 + MAX_BONUS} AS bm25 FROM (SELECT bm25 FROM ranked ORDER BY bm25 DESC LIMIT $6) best),
best AS (
  SELECT r.doc, r.length, m.last_at,
    r.bm25 * (1 + ${MAX_BONUS} * power(2, -greatest(0, extract(epoch FROM $7::timestamptz - m.last_at))::float8
      / ${HALF_LIFE_DAYS * 86_400})) AS score
  FROM ranked r JOIN memory.memories m ON m.doc = r.doc
  WHERE r.bm25 >= (SELECT bm25 FROM cut)
  ORDER BY score DESC, m.last_at DESC, r.doc DESC LIMIT $6
)
SELECT ${MEMORY_COLUMNS}, b.score, b.length, c.texts, c.terms,
  (SELECT jsonb_agg(jsonb_build_object('term', h.term, 'frequency', h.frequency, 'document_frequency', f.document_frequency))
   FROM hits h JOIN common f USING (term) WHERE h.doc = b.doc) AS matched
FROM best b CROSS JOIN collection c JOIN (${MEMORY_TABLES}) ON m.doc = b.doc
ORDER BY b.score DESC, b.last_at DESC, m.id DESC`;

const recentIn = (scopes: string) => `
SELECT ${MEMORY_COLUMNS}
FROM (${scopes}) visible
CROSS JOIN LATERAL (SELECT id, last_at FROM memory.memories WHERE scope_id = visible.id AND state <> 'retracted'
  ORDER BY last_at DESC LIMIT $5) newest
JOIN (${MEMORY_TABLES}) ON m.id = newest.id
ORDER BY m.last_at DESC, m.id DESC LIMIT $5`;

const SEARCHES = {
  visible: { name: 'memory_search', text: searchIn(VISIBLE) },
  narrow: { name: 'memory_search_narrow', text: searchIn(NARROW) },
};
const RECENTS = {
  visible: { name: 'memory_recent', text: recentIn(VISIBLE) },
  narrow: { name: 'memory_recent_narrow', text: recentIn(NARROW) },
};
