import type { Payload } from '../payloads/claim.js';

/** One run's new entries, ready to be written. */
export interface AppendItem {
  tenant: string;
  runId: string;
  /** In order, without gaps; `data` is the event's wire form as JSON text, which names its run, its place and its time. */
  rows: { seq: number; type: string; data: string }[];
  /** The projection after these entries, as JSON text: of a run that begins the whole, later what an entry may change. */
  projection: string;
  /** Values that the rows and the projection refer to; to be written before them. Most often none. */
  payloads: Payload[];
}

/** Whether items begin their runs or move them on. */
type AppendKind = 'begun' | 'moved';

/** A subquery for one value: it is looked up by key for each row, and never becomes a join over the whole table. */
const FOLLOWS = `(seq = 1 OR (SELECT true FROM journal.events p WHERE p.run_id = entry.run_id AND p.seq = entry.seq - 1))`;
const EVENT_COLUMNS = 'run_id, seq, tenant, type, time, actor, trace_id, data';
/** Set when a run is accepted, and never again. Sent with its first entry only: an input may be long. */
const FIXED = `tenant text, task_id text, idempotency_key text, agent text, agent_version text,
  routing_reason text, rollout text, rollout_arm text, thread text, user_id text, priority text, parent_run_id text, root_run_id text, fork jsonb, parent jsonb, limits jsonb, metadata jsonb, input jsonb, trace_id text, created_at timestamptz`;
/** What an append may change, after the key. */
const MOVING = `run_id text, backend text, switches jsonb, status text, parked_reason text, parked_calls jsonb, wake_at timestamptz, approvals integer, seq integer, turns integer, tool_calls integer, retries integer, repairs integer, overrides integer, first_token_ms double precision, usage jsonb,
  cost_usd double precision, configuration text, output jsonb, handed_over_to text, error jsonb, tree_usage jsonb, tree_cost_usd double precision, updated_at timestamptz, ended_at timestamptz`;
const COLUMN = /(\w+) (text|integer|jsonb|double precision|timestamptz)/g;
const names = (columns: string): string[] => [...columns.matchAll(COLUMN)].map((match) => match[1] ?? '');
const CHANGES = names(MOVING)
  .filter((name) => name !== 'run_id')
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');
/** An insert names a value for each column before it finds the row there; these are never written. */
const UNUSED: Readonly<Record<string, string>> = { text: `''`, jsonb: `'{}'::jsonb`, timestamptz: 'now()' };
const PLACEHOLDERS = [...FIXED.matchAll(COLUMN)].map(([, , type = '']) => UNUSED[type] ?? 'NULL').join(', ');

/**
 * Appends for many runs at once, each for itself, as parts of a WITH. A run's first new row is the fence: where its
 * (run_id, seq) is taken, nothing of that run is written, and its id is not in `fenced`. Nor is it where the entry before
 * is not there: the rows of a run that is archived or deleted fence nobody off any more. The order by run_id keeps two
 * processes that meet in the same runs from locking them crosswise.
 *
 * @param first number of the first parameter
 * @param kinds of the items; most often all of one kind
 * @param among a part of the same WITH with a `run_id`: entries of other runs are left out
 */
function appendParts(first: number, kinds: readonly AppendKind[], among?: string): string {
  const only = among === undefined ? '' : `WHERE d ->> 'run_id' IN (SELECT run_id FROM ${among})`;
  const projected = kinds.map((kind, index) => `${kind} AS (${projection(kind, `$${first + 3 + index}::json`)})`);
  return `
entry AS MATERIALIZED (
  SELECT d ->> 'run_id' AS run_id, (d ->> 'seq')::integer AS seq, d ->> 'tenant' AS tenant, type,
    (d ->> 'time')::timestamptz AS time, coalesce(d ->> 'actor', '') AS actor, coalesce(d ->> 'trace_id', '') AS trace_id,
    d AS data, is_first
  FROM ROWS FROM (jsonb_array_elements($${first}::jsonb), unnest($${first + 1}::text[]), unnest($${first + 2}::boolean[]))
    AS entry (d, type, is_first) ${only}
), fenced AS (
  INSERT INTO journal.events (${EVENT_COLUMNS})
  SELECT ${EVENT_COLUMNS} FROM entry WHERE is_first AND ${FOLLOWS} ORDER BY run_id
  ON CONFLICT (run_id, seq) DO NOTHING RETURNING run_id
), rest AS (
  INSERT INTO journal.events (${EVENT_COLUMNS})
  SELECT ${EVENT_COLUMNS} FROM entry JOIN fenced USING (run_id) WHERE NOT is_first
), ${projected.join(', ')}`;
}

/**
 * The first entries of many runs at once, as parts of a WITH; `fenced` has the ids of those that were written.
 *
 * @param first number of the first parameter; they are those of `appendParameters`
 * @param among as a part of the same WITH with a `run_id`: entries of other runs are left out
 */
export function appendCtes(first: number, among?: string): string {
  return appendParts(first, ['begun'], among);
}

/** An upsert also where the row is there: it goes by the primary key, whatever the planner believes of the table. */
function projection(kind: AppendKind, parameter: string): string {
  const moving = names(MOVING).join(', ');
  const fixed = kind === 'begun' ? names(FIXED).join(', ') : PLACEHOLDERS;
  const columns = kind === 'begun' ? `${MOVING}, ${FIXED}` : MOVING;
  return `
  INSERT INTO journal.runs AS r (${moving}, ${names(FIXED).join(', ')})
  SELECT ${moving}, ${fixed} FROM json_to_recordset(${parameter}) AS p (${columns}) JOIN fenced USING (run_id) ORDER BY run_id
  ON CONFLICT (run_id) DO UPDATE SET ${CHANGES} WHERE r.seq < excluded.seq`;
}

const statement = (kinds: readonly AppendKind[]) => `WITH ${appendParts(1, kinds)} SELECT run_id FROM fenced`;
const ONE_KIND = {
  begun: { name: 'journal_append_begun', text: statement(['begun']) },
  moved: { name: 'journal_append_moved', text: statement(['moved']) },
};
const BOTH_KINDS = { name: 'journal_append_both', text: statement(['begun', 'moved']) };

/** What writes these items: the statement, the name under which it is prepared, and its parameters. Gives the ids of the runs written. */
export function appendStatement(items: readonly AppendItem[]): { name: string; text: string; parameters: string[] } {
  const kinds = { begun: items.filter(isBegun), moved: items.filter((item) => !isBegun(item)) };
  const [kind] = (['begun', 'moved'] as const).filter((candidate) => kinds[candidate].length === items.length);
  if (kind) return { ...ONE_KIND[kind], parameters: appendParameters(items) };
  return { ...BOTH_KINDS, parameters: [...entryParameters(items), listOf(kinds.begun), listOf(kinds.moved)] };
}

/** The parameters for items of one kind. No run may be among them twice. */
export function appendParameters(items: readonly AppendItem[]): string[] {
  return [...entryParameters(items), listOf(items)];
}

/**
 * JSON goes as one array, and the columns are read out of it there: quoting each text as an element of a Postgres array
 * costs more than all the rest of the way.
 */
function entryParameters(items: readonly AppendItem[]): [data: string, types: string, first: string] {
  const rows = items.flatMap((item) => item.rows);
  const first = items.map((item) => item.rows.map((_, index) => (index === 0 ? 't' : 'f')).join(',')).join(',');
  return [`[${rows.map((row) => row.data).join(',')}]`, `{${rows.map((row) => row.type).join(',')}}`, `{${first}}`];
}

function listOf(items: readonly AppendItem[]): string {
  return `[${items.map((item) => item.projection).join(',')}]`;
}

function isBegun(item: AppendItem): boolean {
  return item.rows[0]?.seq === 1;
}
