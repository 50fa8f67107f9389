import { SwitchyardError } from '@switchyard/contracts';
import type { EntityManager } from 'typeorm';
import { sql } from '../sql.js';
import type { BundlePart, RecordKind, RecordLine, RecordLink, RecordScope } from './record-kind.js';
import { storeRows } from './store-rows.js';
import { columnsOf, type TableColumn } from './table-columns.js';

/** A kind of record that is the rows of one table. */
export interface TableKind {
  kind: string;
  part: BundlePart;
  table: string;
  /** Tells a row from the others of its tenant; without the tenant. The order of the records. */
  key: readonly string[];
  /**
   * Columns of the key whose values the platform makes, all in the same form: they sort alike in every collation, and by
   * the table's index. What people name is sorted by its bytes.
   */
  madeIds?: readonly string[];
  /**
   * Whose a row is: its column `tenant` where absent; `platform`, one for all; else the tenant of the row of another table
   * that it belongs to.
   */
  of?: 'platform' | { column: string; table: string; id: string };
  /** Neither exported nor compared: how things stand in one system. With what a row begins with there, as SQL. */
  leaveOut?: Readonly<Record<string, string>>;
  /** Exported, and stored for a new row, and not compared: what changes in both systems by itself. */
  moving?: readonly string[];
  /** What a row is stored as, where that is not as it came: SQL over the row `r`. Compared in that form. */
  stored?: Readonly<Record<string, string>>;
  /** What has to be true of the row `r`, as SQL, and what is said of one of which it is not. */
  holds?: { condition: string; otherwise: string };
  /** Other content under the same key stays as it is, instead of being refused. */
  keepsOther?: boolean;
  /** A condition over the row `t` that has `$since`: which rows began since. Absent: they have no time. */
  since?: string;
  /** Rows of one page at most, where they may be large. */
  rows?: number;
  /** A condition over the row `t`: other rows are no records. */
  where?: string;
  links?: readonly RecordLink[];
}

/** Rows of one page at most, and about how many bytes of them: what is longer is a page of its own. */
const PAGE = { rows: 500, bytes: 400_000 };

/** Makes the rows of a table a kind of record. */
export function tableKind(spec: TableKind): RecordKind {
  return {
    kind: spec.kind,
    part: spec.part,
    tables: [spec.table],
    ofPlatform: spec.of === 'platform',
    key: spec.key,
    links: spec.links ?? [],
    byItself: spec.of === undefined || spec.of === 'platform',
    count: (on, scope) => countRows(on, spec, scope),
    page: (on, scope, after) => pageOf(on, spec, scope, after),
    store: (on, tenant, records) => storeRows(on, spec, tenant, records),
  };
}

async function countRows(on: EntityManager, spec: TableKind, scope: RecordScope): Promise<number> {
  const { text, parameters } = conditionOf(spec, scope);
  const [row] = await sql<{ n: string }>(on, `SELECT count(*) AS n FROM ${spec.table} t WHERE ${text}`, parameters);
  return Number(row?.n ?? 0);
}

async function pageOf(on: EntityManager, spec: TableKind, scope: RecordScope, after: string): Promise<RecordLine[]> {
  const columns = await columnsOf(on, spec.table);
  const given = columns.map(({ name }) => name).filter((name) => name !== 'tenant' && !(name in (spec.leaveOut ?? {})));
  const condition = conditionOf(spec, scope);
  const order = sorted(spec, columns);
  const place = placeOf(spec, columns, order, after, condition.parameters.length + 1);
  const rows = await sql<{ data: string; key: string }>(
    on,
    `SELECT data, key FROM (
       SELECT data, key, position, sum(octet_length(data)) OVER (ORDER BY position) - octet_length(data) AS before FROM (
         SELECT row_to_json(x)::text AS data, k.key, row_number() OVER () AS position FROM (
           SELECT ${given.map((name) => `t.${name}`).join(', ')} FROM ${spec.table} t
           WHERE ${[condition.text, ...place.conditions].join(' AND ')} ORDER BY ${order.join(', ')} LIMIT ${spec.rows ?? PAGE.rows}) x
         CROSS JOIN LATERAL (SELECT json_build_array(${spec.key.map((name) => `x.${name}::text`).join(', ')})::text AS key) k
       ) lines) sums WHERE before < ${PAGE.bytes} ORDER BY position`,
    [...condition.parameters, ...place.parameters],
  );
  return rows.map(({ data, key }) => ({ text: `{"kind":"${spec.kind}","data":${data}}`, after: key }));
}

function conditionOf(spec: TableKind, { tenant, since }: RecordScope) {
  const parameters: (string | Date)[] = [];
  const parameter = (value: string | Date) => `$${parameters.push(value)}`;
  const whose = ownership(spec, () => parameter(tenant));
  const began = since && spec.since ? [`(${spec.since.replaceAll('$since', parameter(since))})`] : [];
  return { text: [...whose, ...began, ...(spec.where ? [`(${spec.where})`] : []), 'true'].join(' AND '), parameters };
}

/** Which rows of `t` are this tenant's. */
function ownership({ of }: TableKind, tenant: () => string): string[] {
  if (of === 'platform') return [];
  if (of === undefined) return [`t.tenant = ${tenant()}`];
  return [`t.${of.column} IN (SELECT o.${of.id} FROM ${of.table} o WHERE o.tenant = ${tenant()})`];
}

/** Text by its bytes, in whatever collation the database is; what is made in one form needs no more than the index. */
function sorted({ key, madeIds = [] }: TableKind, columns: readonly TableColumn[]): string[] {
  return key.map((name) => {
    const isText = columns.some((column) => column.name === name && column.type === 'text');
    return isText && !madeIds.includes(name) ? `t.${name} COLLATE "C"` : `t.${name}`;
  });
}

/** The rows behind a place. The first column alone, too: that is what an index can be read by. */
function placeOf(
  spec: TableKind,
  columns: readonly TableColumn[],
  order: readonly string[],
  after: string,
  first: number,
) {
  if (after === '') return { conditions: [], parameters: [] };
  const values = readPlace(after, spec.key.length);
  const typed = spec.key.map((name, index) => {
    const type = columns.find((column) => column.name === name)?.type ?? 'text';
    return `$${first + index}::${type}`;
  });
  const [lead = ''] = order;
  return {
    conditions: [`${lead} >= ${typed[0] ?? ''}`, `(${order.join(', ')}) > (${typed.join(', ')})`],
    parameters: values,
  };
}

/** @throws SwitchyardError `contract.invalid` */
function readPlace(after: string, length: number): string[] {
  const values = parsed(after);
  if (Array.isArray(values) && values.length === length && values.every((value) => typeof value === 'string'))
    return values;
  throw new SwitchyardError(
    'contract.invalid',
    '"after" is no place in these records: give it as the page before had it.',
    {
      details: { field: 'after' },
    },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no place either.
    return undefined;
  }
}
