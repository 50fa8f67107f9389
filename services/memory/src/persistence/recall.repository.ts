import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sql, type SqlParameter } from '@switchyard/persistence';
import type { Ask, Filter } from '../ask.js';
import { BM25 } from '../ranking/bm25.js';
import { TRUST } from '../records/trust.js';
import { memoryTables, MEMORY_COLUMNS, type MemoryRow } from './memory-row.js';

/** A scope that the asker sees, with the statistics of what it holds. */
export interface VisibleScope {
  id: string;
  memories: number;
  terms: number;
}

export interface LexicalHits {
  best: { doc: string; bm25: number }[];
  /** By term: how many memories have it. */
  frequencies: ReadonlyMap<string, number>;
}

/** What the ranking needs to know of a candidate before it is chosen. */
export interface CandidateRow {
  doc: string;
  scope_id: string;
  trust: number;
  last_at: Date;
  occurred_at: Date;
  speaker: string;
  /** The turns before and after it. */
  previous: string | null;
  next: string | null;
  /** It is one short question, and says nothing of who asks. */
  asks: boolean;
  /** A person says in it how things are to be done from now on. */
  standing: boolean;
}

export interface PostingRow {
  doc: string;
  term: string;
  frequency: number;
  length: number;
}

/** The read side. All within one transaction as the tenant. */
@Injectable()
export class RecallRepository {
  /** The scopes of which every part that is set is the asker's, at most eight; narrow: those that have every part asked for. */
  async scopes(manager: EntityManager, { scope, narrow, scopes }: Ask): Promise<VisibleScope[]> {
    const condition = narrow
      ? `$2 IN ('', agent) AND $3 IN ('', user_id) AND $4 IN ('', thread)`
      : `agent IN ('', $2) AND user_id IN ('', $3) AND thread IN ('', $4)`;
    const rows = await sql<{ id: string; memories: string; terms: string }>(
      manager,
      `SELECT id, memories, terms FROM memory.scopes WHERE tenant = $1 AND ${condition}
         AND (cardinality($5::text[]) = 0 OR ${FOR_WHOM} = ANY ($5))`,
      [scope.tenant, scope.agent, scope.user, scope.thread, scopes],
      { name: narrow ? 'memory_scopes_narrow' : 'memory_scopes' },
    );
    return rows.map(({ id, memories, terms }) => ({ id, memories: Number(memories), terms: Number(terms) }));
  }

  /** The best by BM25 (the formula of ranking/bm25.ts) over the statistics of what the asker sees, no more. */
  async lexical(
    manager: EntityManager,
    scopes: readonly VisibleScope[],
    terms: readonly string[],
    limit: number,
    filter: Filter | undefined,
    now: Date,
  ): Promise<LexicalHits> {
    const texts = scopes.reduce((sum, { memories }) => sum + memories, 0);
    const length = texts === 0 ? 1 : scopes.reduce((sum, scope) => sum + scope.terms, 0) / texts || 1;
    const past = filter?.asOf !== undefined || filter?.knownAt !== undefined;
    const [row] = await sql<{ best: LexicalHits['best'] | null; frequencies: [string, number][] | null }>(
      manager,
      lexicalSearch(past, filter !== undefined),
      [ids(scopes), terms, limit, texts, length, ...(filter ? filterParameters(filter, now) : [])],
      { name: `memory_lexical_${past}_${filter !== undefined}` },
    );
    return { best: row?.best ?? [], frequencies: new Map(row?.frequencies ?? []) };
  }

  /** Those of the candidates that the asker may have, each with the turns beside it. */
  candidates(
    manager: EntityManager,
    docs: readonly string[],
    filter: Filter | undefined,
    now: Date,
  ): Promise<CandidateRow[]> {
    return sql<CandidateRow>(manager, CANDIDATES, [docs, ...filterParameters(filter, now)], {
      name: 'memory_candidates',
    });
  }

  /** What stands in the place of any of these. */
  async successors(manager: EntityManager, docs: readonly string[]): Promise<string[]> {
    const rows = await sql<{ doc: string }>(
      manager,
      `SELECT n.doc FROM memory.memories m JOIN memory.memories n ON n.id = m.superseded_by
       WHERE m.doc = ANY ($1::bigint[]) AND m.superseded_by <> ''`,
      [docs],
      { name: 'memory_successors' },
    );
    return rows.map(({ doc }) => doc);
  }

  postings(manager: EntityManager, docs: readonly string[], terms: readonly string[]): Promise<PostingRow[]> {
    return sql<PostingRow>(
      manager,
      'SELECT doc, term, frequency, length FROM memory.postings WHERE doc = ANY ($1::bigint[]) AND term = ANY ($2)',
      [docs, terms],
      { name: 'memory_postings' },
    );
  }

  /** Whole rows; where what was known at a moment is asked for, with the validity that was known then. */
  rows(manager: EntityManager, docs: readonly string[], knownAt: Date | undefined): Promise<MemoryRow[]> {
    return sql<MemoryRow>(
      manager,
      `SELECT ${MEMORY_COLUMNS} FROM ${memoryTables('$2::timestamptz')} WHERE m.doc = ANY ($1::bigint[])`,
      [docs, knownAt ?? null],
      { name: 'memory_rows' },
    );
  }

  /** What was said last, newest first. */
  recent(manager: EntityManager, scopes: readonly VisibleScope[], ask: Ask, now: Date): Promise<MemoryRow[]> {
    return sql<MemoryRow>(
      manager,
      `SELECT ${MEMORY_COLUMNS}
       FROM unnest($1::bigint[]) AS visible (id)
       CROSS JOIN LATERAL (SELECT m.doc, m.last_at FROM memory.memories m
         WHERE m.scope_id = visible.id AND ${allowed(2)} ORDER BY m.last_at DESC, m.doc DESC LIMIT ${at(2 + FILTER_PARAMETERS)}) newest
       JOIN (${memoryTables('$4::timestamptz')}) ON m.doc = newest.doc
       ORDER BY m.last_at DESC, m.doc DESC LIMIT ${at(2 + FILTER_PARAMETERS)}`,
      [ids(scopes), ...filterParameters(ask.filter, now), ask.limit],
      { name: 'memory_recent' },
    );
  }

  /** Notes what a run was given, and that it was of use. */
  async show(
    manager: EntityManager,
    tenant: string,
    runId: string,
    given: readonly MemoryRow[],
    at: Date,
  ): Promise<void> {
    if (runId === '' || given.length === 0) return;
    const shown = given.map(({ id }) => id).sort();
    await sql(
      manager,
      `INSERT INTO memory.shown (tenant, run_id, memory_id, at) SELECT $1, $2, id, $4 FROM unnest($3::text[]) AS id
       ON CONFLICT DO NOTHING`,
      [tenant, runId, shown, at],
    );
    await sql(
      manager,
      `UPDATE memory.memories SET recalled = recalled + 1, recalled_at = $2
       WHERE id IN (SELECT id FROM memory.memories WHERE id = ANY ($1) ORDER BY id FOR UPDATE SKIP LOCKED)`,
      [shown, at],
    );
  }
}

/** `scopeNameOf` of the contracts, in SQL. */
const FOR_WHOM = `CASE WHEN thread <> '' THEN 'thread' WHEN user_id <> '' THEN 'user' WHEN agent <> '' THEN 'agent' ELSE 'tenant' END`;

function ids(scopes: readonly VisibleScope[]): string[] {
  return scopes.map(({ id }) => id);
}

function at(index: number): string {
  return `$${index}`;
}

const FILTER_PARAMETERS = 8;

/** In the order of `allowed`. */
function filterParameters(filter: Filter | undefined, now: Date): SqlParameter[] {
  const past = filter?.asOf !== undefined || filter?.knownAt !== undefined;
  return [
    now,
    filter?.asOf ?? null,
    past ? (filter.knownAt ?? now) : null,
    filter?.kinds.length ? filter.kinds : null,
    filter?.tags.length ? filter.tags : null,
    filter?.since ?? null,
    filter?.until ?? null,
    filter?.minTrust ?? 0,
  ];
}

/** The condition on `memory.memories m` with its parameters from `$first` on. What was believed at a moment stands in the versions. */
function allowed(first: number): string {
  const [now, asOf, knownAt, kinds, tags, since, until, trust] = Array.from({ length: FILTER_PARAMETERS }, (_, index) =>
    at(first + index),
  );
  return `(CASE WHEN ${knownAt}::timestamptz IS NULL
      THEN m.state <> 'retracted' AND (m.expires_at IS NULL OR m.expires_at > ${now}::timestamptz)
      ELSE EXISTS (SELECT 1 FROM memory.versions v WHERE v.memory_id = m.id
        AND v.known_from <= ${knownAt} AND ${knownAt} < v.known_to
        AND (${asOf}::timestamptz IS NULL OR (v.valid_from <= ${asOf} AND ${asOf} < v.valid_to))) END)
    AND (${kinds}::text[] IS NULL OR m.kind = ANY (${kinds}))
    AND (${tags}::text[] IS NULL OR m.tags @> ${tags})
    AND (${since}::timestamptz IS NULL OR m.occurred_at >= ${since})
    AND (${until}::timestamptz IS NULL OR m.occurred_at <= ${until})
    AND m.trust >= ${trust}::integer`;
}

/**
 * A term that more than this share of the texts has names none itself where a rarer one is asked for, and adds to what the rarer
 * ones name: it tells little, and most of the time went to its postings. Of the best forty of 100,000 texts 99.4 % are the same.
 */
const COMMON = 0.15;
/** A term of so few texts always names: it costs nothing. */
const FEW = 2_000;
/** So many times more are named by the rarer terms than are wanted after the common ones were added. */
const NAMED = 4;

/** The constants are floats by name: as numerics each posting would be reckoned in decimals. */
function lexicalSearch(past: boolean, filtered: boolean): string {
  const live = past ? '' : 'AND p.live';
  const adds = `t.weight * p.frequency
    / (p.frequency + ${BM25.k1 * (1 - BM25.b)}::float8 + ${BM25.k1 * BM25.b}::float8 / $5::float8 * p.length)`;
  return `
WITH terms AS MATERIALIZED (
  SELECT asked.term, counted.n, ln(1 + (greatest($4::float8, n) - n + 0.5) / (n + 0.5)) * ${BM25.k1 + 1}::float8 AS weight
  FROM unnest($2::text[]) AS asked (term) CROSS JOIN LATERAL (SELECT count(*)::integer AS n FROM memory.postings p
    WHERE p.scope_id = ANY ($1::bigint[]) AND p.term = asked.term ${live}) counted
  WHERE n > 0
),
parted AS MATERIALIZED (SELECT term, weight, n <= greatest(${FEW}, ${COMMON} * $4::float8, min(n) OVER ()) AS rare FROM terms),
named AS (
  SELECT p.doc, sum(${adds}) AS bm25
  FROM parted t JOIN memory.postings p ON p.scope_id = ANY ($1::bigint[]) AND p.term = t.term ${live}
  ${filtered ? `JOIN memory.memories m ON m.doc = p.doc AND ${allowed(6)}` : ''}
  WHERE t.rare GROUP BY p.doc
  ORDER BY bm25 DESC, p.doc DESC LIMIT ${NAMED} * $3::integer
),
best AS (
  SELECT doc, bm25 + coalesce((SELECT sum(${adds}) FROM parted t JOIN memory.postings p ON p.term = t.term
    WHERE p.doc = named.doc AND NOT t.rare), 0) AS bm25
  FROM named ORDER BY bm25 DESC, doc DESC LIMIT $3
)
SELECT (SELECT jsonb_agg(jsonb_build_object('doc', doc::text, 'bm25', bm25)) FROM best) AS best,
  (SELECT jsonb_agg(jsonb_build_array(term, n)) FROM terms) AS frequencies`;
}

const CANDIDATES = `
SELECT m.doc, m.scope_id, m.trust, m.last_at, m.occurred_at, m.speaker, before.doc AS previous, after.doc AS next,
  CASE WHEN m.kind = 'episode' AND length(m.text) <= 102 AND m.text LIKE '%?%'
    THEN m.text ~ '^[^.!?,\\n]{1,100}\\?\\s*$' AND m.text !~* '\\m(i|my|me|mine|we|our|us)\\M' ELSE false END AS asks,
  CASE WHEN m.trust >= ${TRUST.high} THEN left(m.text, 300) ~* '(^|[.!?] |please )(always|never|from now on|whenever|remember to)\\M|\\mi(''d| would)?( (really|generally|usually|always))? prefer\\M' ELSE false END AS standing
FROM memory.memories m
LEFT JOIN LATERAL (SELECT n.doc FROM memory.memories n WHERE n.scope_id = m.scope_id AND n.conversation = m.conversation
  AND n.position < m.position AND n.kind = 'episode' AND n.state <> 'retracted' ORDER BY n.position DESC LIMIT 1) before
  ON m.kind = 'episode'
LEFT JOIN LATERAL (SELECT n.doc FROM memory.memories n WHERE n.scope_id = m.scope_id AND n.conversation = m.conversation
  AND n.position > m.position AND n.kind = 'episode' AND n.state <> 'retracted' ORDER BY n.position LIMIT 1) after
  ON m.kind = 'episode'
WHERE m.doc = ANY ($1::bigint[]) AND ${allowed(2)}`;
