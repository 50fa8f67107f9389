import { SwitchyardError } from '@switchyard/contracts';
import type { EntityManager } from 'typeorm';
import { sql } from '../sql.js';
import type { GivenRecord, Stored } from './record-kind.js';
import { columnsOf, type TableColumn } from './table-columns.js';
import type { TableKind } from './table-kind.js';

/** Keys that an error names. */
const MAX_NAMED = 5;

/**
 * Stores rows that are not there, and compares those that are. Records of one page may have been written by versions with
 * different columns: each set of columns is a statement of its own, and a column that a record does not have is what the
 * table says it is by default.
 *
 * @throws SwitchyardError `bundle.conflict`, `bundle.invalid`
 */
export async function storeRows(
  on: EntityManager,
  spec: TableKind,
  tenant: string,
  records: readonly GivenRecord[],
): Promise<Stored> {
  const columns = await columnsOf(on, spec.table);
  const groups = new Map<string, GivenRecord[]>();
  for (const record of records) {
    const names = fieldsOf(spec, columns, record).join(',');
    groups.set(names, [...(groups.get(names) ?? []), record]);
  }
  const sum: Stored = { stored: 0, same: 0, kept: 0, notes: [] };
  for (const [names, group] of groups) {
    const { stored, same, kept } = await storeAlike(on, spec, {
      tenant,
      columns,
      fields: names.split(','),
      records: group,
    });
    sum.stored += stored;
    sum.same += same;
    sum.kept += kept;
  }
  return sum;
}

/** Names of a record's columns, all of which the table has. */
function fieldsOf(spec: TableKind, columns: readonly TableColumn[], { kind, data }: GivenRecord): string[] {
  const names = Object.keys(data);
  const refused = names.find(
    (name) => name === 'tenant' || name in (spec.leaveOut ?? {}) || !columns.some((column) => column.name === name),
  );
  if (refused !== undefined)
    throw invalidRecord(
      kind,
      `it has a field "${refused}", which is none of a ${kind} here: a newer platform may have written it`,
    );
  const missing = spec.key.find((name) => data[name] === undefined || data[name] === null);
  if (missing !== undefined) throw invalidRecord(kind, `it has no "${missing}"`);
  return names;
}

interface Alike {
  tenant: string;
  columns: readonly TableColumn[];
  fields: readonly string[];
  records: readonly GivenRecord[];
}

async function storeAlike(on: EntityManager, spec: TableKind, { tenant, columns, fields, records }: Alike) {
  const hasTenant = columns.some(({ name }) => name === 'tenant') && spec.of !== 'platform';
  const values: Record<string, string> = {
    ...Object.fromEntries(fields.map((name) => [name, `r.${name}`])),
    ...spec.leaveOut,
    ...spec.stored,
    ...(hasTenant ? { tenant: '$2' } : {}),
  };
  const names = Object.keys(values);
  const lines = `[${records.map(({ text }) => text).join(',')}]`;
  const given = `given AS (
    SELECT ${names.map((name) => `${values[name] ?? ''} AS ${name}`).join(', ')}
    FROM json_array_elements($1::json) line
    CROSS JOIN LATERAL json_populate_record(NULL::${spec.table}, line -> 'data') r)`;
  // A place for the tenant in every statement, so that all have the same parameters.
  const parameters = [lines, tenant];
  await checkOwners(on, spec, parameters);
  await checkHolds(on, spec, parameters);
  const inserted = await rowsOf<{ n: string }>(
    on,
    spec,
    `WITH ${given}, stored AS (
       INSERT INTO ${spec.table} (${names.join(', ')}) SELECT ${names.join(', ')} FROM given WHERE $2::text IS NOT NULL
       ON CONFLICT DO NOTHING RETURNING 1)
     SELECT count(*) AS n FROM stored`,
    parameters,
  );
  const stored = Number(inserted[0]?.n ?? 0);
  if (stored === records.length) return { stored, same: 0, kept: 0 };
  const others = await differing(on, spec, { given, fields, parameters, columns, hasTenant });
  if (others.length === 0) return { stored, same: records.length - stored, kept: 0 };
  if (spec.keepsOther) return { stored, same: records.length - stored - others.length, kept: others.length };
  throw new SwitchyardError(
    'bundle.conflict',
    `This system has other content under the same name: ${spec.kind} ${others.slice(0, MAX_NAMED).join('; ')}${others.length > MAX_NAMED ? ` and ${others.length - MAX_NAMED} more` : ''}. Nothing of this part of the bundle was stored. Import it into an empty system, or remove what is in the way.`,
    { details: { kind: spec.kind, keys: others.slice(0, 100) } },
  );
}

/** A row of a tenant's belongs to a row that is the same tenant's: nobody writes into another one's. */
async function checkOwners(on: EntityManager, spec: TableKind, parameters: readonly string[]): Promise<void> {
  const { of } = spec;
  if (of === undefined || of === 'platform') return;
  const [foreign] = await rowsOf<{ id: string | null }>(
    on,
    spec,
    `SELECT line -> 'data' ->> '${of.column}' AS id FROM json_array_elements($1::json) line
     WHERE NOT EXISTS (SELECT 1 FROM ${of.table} o WHERE o.${of.id} = line -> 'data' ->> '${of.column}' AND o.tenant = $2)
     LIMIT 1`,
    parameters,
  );
  if (foreign) throw invalidRecord(spec.kind, `its ${of.column}, "${foreign.id ?? ''}", is none that came before it`);
}

async function checkHolds(on: EntityManager, spec: TableKind, parameters: readonly string[]): Promise<void> {
  const { holds } = spec;
  if (!holds) return;
  const [wrong] = await rowsOf(
    on,
    spec,
    `SELECT 1 AS found FROM json_array_elements($1::json) line
     CROSS JOIN LATERAL json_populate_record(NULL::${spec.table}, line -> 'data') r
     WHERE $2::text IS NOT NULL AND (${holds.condition}) IS NOT TRUE LIMIT 1`,
    parameters,
  );
  if (wrong) throw invalidRecord(spec.kind, holds.otherwise);
}

interface Comparison {
  given: string;
  fields: readonly string[];
  parameters: readonly string[];
  columns: readonly TableColumn[];
  hasTenant: boolean;
}

/** Keys of the given rows that are there with other content, or that another row is in the way of. */
async function differing(
  on: EntityManager,
  spec: TableKind,
  { given, fields, parameters, columns, hasTenant }: Comparison,
): Promise<string[]> {
  const compared = [...new Set([...fields, ...Object.keys(spec.stored ?? {})])].filter(
    (name) => !spec.key.includes(name) && !(spec.moving ?? []).includes(name),
  );
  // Two texts of JSON may say the same; json itself cannot be compared.
  const form = (name: string) => (columns.find((column) => column.name === name)?.type === 'json' ? '::jsonb' : '');
  const same = compared.map((name) => `t.${name}${form(name)} IS NOT DISTINCT FROM given.${name}${form(name)}`);
  const match = [...spec.key.map((name) => `t.${name} = given.${name}`), ...(hasTenant ? ['t.tenant = $2'] : [])];
  const rows = await rowsOf<{ key: string }>(
    on,
    spec,
    `WITH ${given} SELECT concat_ws(' ', ${spec.key.map((name) => `given.${name}`).join(', ')}) AS key FROM given
     WHERE $2::text IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM ${spec.table} t WHERE ${[...match, ...same].join(' AND ')})`,
    parameters,
  );
  return rows.map(({ key }) => key);
}

/** Values that Postgres cannot read as what the column holds are the bundle's fault: class 22, and 23 but for duplicates. */
async function rowsOf<Row extends object>(
  on: EntityManager,
  spec: TableKind,
  text: string,
  parameters: readonly string[],
): Promise<Row[]> {
  try {
    return await sql<Row>(on, text, parameters);
  } catch (cause) {
    const state = cause instanceof SwitchyardError ? cause.details['sqlstate'] : undefined;
    if (typeof state !== 'string' || !/^2[23]/.test(state)) throw cause;
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw invalidRecord(spec.kind, reason, cause);
  }
}

/** A record that cannot be what it says it is. */
export function invalidRecord(kind: string, reason: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'bundle.invalid',
    `A record of kind ${kind} cannot be stored: ${reason}. Nothing of this part of the bundle was stored.`,
    { details: { kind }, ...(cause === undefined ? {} : { cause }) },
  );
}
