/** One run's new entries, ready to be written. */
export interface AppendItem {
  runId: string;
  tenant: string;
  /** In order, without gaps; `data` is the event's wire form as JSON text. */
  rows: { seq: number; type: string; time: string; actor: string; traceId: string; data: string }[];
  /** The projection after these entries, as JSON text. */
  projection: string;
}

const EVENT_COLUMNS = 'run_id, seq, tenant, type, time, actor, trace_id, data';
/** Set when a run is accepted, and never again. */
const FIXED = `run_id text, tenant text, task_id text, idempotency_key text, agent text, agent_version text,
  routing_reason text, thread text, user_id text, priority text, parent_run_id text, root_run_id text, fork jsonb, parent jsonb, limits jsonb, metadata jsonb, input jsonb, trace_id text, created_at timestamptz`;
/** What an append may change. */
const MOVING = `backend text, switches jsonb, status text, parked_reason text, parked_calls jsonb, wake_at timestamptz, approvals integer, seq integer, turns integer, tool_calls integer, usage jsonb,
  cost_usd double precision, configuration text, output jsonb, error jsonb, tree_usage jsonb, tree_cost_usd double precision, updated_at timestamptz, ended_at timestamptz`;
const names = (columns: string): string[] =>
  [...columns.matchAll(/(\w+) (?:text|integer|jsonb|double precision|timestamptz)/g)].map((match) => match[1] ?? '');
const RUN_COLUMNS = [...names(FIXED), ...names(MOVING)].join(', ');
const CHANGES = names(MOVING)
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');

/** Parameters of `appendCtes`. */
const PARAMETERS = ['text[]', 'integer[]', 'text[]', 'text[]', 'timestamptz[]', 'text[]', 'text[]'];

/**
 * Appends for many runs at once, each for itself, as parts of a WITH. A run's first new row is the fence: where its
 * (run_id, seq) is taken, nothing of that run is written, and its id is not in `fenced`. The order by run_id keeps two
 * processes that meet in the same runs from locking them crosswise.
 *
 * @param first number of the first parameter; they are those of `appendParameters`
 * @param among a part of the same WITH with a `run_id`: entries of other runs are left out
 */
export function appendCtes(first: number, among?: string): string {
  const parameter = (index: number, type: string) => `$${first + index}::${type}`;
  const columns = PARAMETERS.map((type, index) => `unnest(${parameter(index, type)})`).join(', ');
  const only = among === undefined ? '' : `WHERE run_id IN (SELECT run_id FROM ${among})`;
  return `
entry AS MATERIALIZED (
  SELECT * FROM ROWS FROM (${columns}, jsonb_array_elements(${parameter(7, 'jsonb')}), unnest(${parameter(8, 'boolean[]')}))
    AS entry (run_id, seq, tenant, type, time, actor, trace_id, data, is_first) ${only}
), fenced AS (
  INSERT INTO journal.events (${EVENT_COLUMNS})
  SELECT run_id, seq, tenant, type, time, actor, trace_id, data FROM entry WHERE is_first ORDER BY run_id
  ON CONFLICT (run_id, seq) DO NOTHING RETURNING run_id
), rest AS (
  INSERT INTO journal.events (${EVENT_COLUMNS})
  SELECT run_id, seq, tenant, type, time, actor, trace_id, data FROM entry JOIN fenced USING (run_id) WHERE NOT is_first
), projected AS (
  INSERT INTO journal.runs AS r (${RUN_COLUMNS})
  SELECT ${RUN_COLUMNS} FROM jsonb_array_elements(${parameter(9, 'jsonb')}) AS j (value), jsonb_to_record(j.value) AS p (${FIXED}, ${MOVING})
    JOIN fenced USING (run_id) ORDER BY run_id
  ON CONFLICT (run_id) DO UPDATE SET ${CHANGES} WHERE r.seq < excluded.seq
)`;
}

export const APPEND = `WITH ${appendCtes(1)} SELECT run_id FROM fenced`;

/**
 * The statement's parameters. No run may be in the list twice. JSON goes as one array: quoting it once more as elements
 * of a Postgres array costs half as much time again.
 */
export function appendParameters(items: readonly AppendItem[]): (string | (string | number | boolean)[])[] {
  const rows = items.flatMap((item) => item.rows.map((row, index) => ({ ...row, item, isFirst: index === 0 })));
  return [
    rows.map((row) => row.item.runId),
    rows.map((row) => row.seq),
    rows.map((row) => row.item.tenant),
    rows.map((row) => row.type),
    rows.map((row) => row.time),
    rows.map((row) => row.actor),
    rows.map((row) => row.traceId),
    `[${rows.map((row) => row.data).join(',')}]`,
    rows.map((row) => row.isFirst),
    `[${items.map((item) => item.projection).join(',')}]`,
  ];
}
