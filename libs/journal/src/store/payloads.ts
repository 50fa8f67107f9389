import { mayHoldReferences, SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import { formOf } from '../forms/journal-form.js';
import type { Payload } from '../payloads/claim.js';
import { hashesIn, resolveEvent, resolveReferences } from '../payloads/resolve.js';
import type { AppendItem } from './append-statement.js';
import { SizedCache } from './sized-cache.js';

/** Payloads in memory, at most: a run is loaded again and again while it goes on. */
const CACHED = { items: 1_000, bytes: 32 * 1024 * 1024 };

/** Once however often it is used. What is there already is marked as used now, so that nobody clears it away meanwhile. */
const WRITE = `
WITH given AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[]) AS g (tenant, run_id, hash, bytes, data)
), kept AS (
  INSERT INTO journal.payloads (tenant, hash, bytes, data, used_at)
  SELECT DISTINCT ON (tenant, hash) tenant, hash, bytes, data, now() FROM given ORDER BY tenant, hash
  ON CONFLICT (tenant, hash) DO UPDATE SET used_at = excluded.used_at
)
INSERT INTO journal.payload_uses (tenant, hash, run_id) SELECT DISTINCT tenant, hash, run_id FROM given ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING`;

/** To be done before the events that refer to them are written: a crash in between leaves a payload that nobody uses. */
export async function writePayloads(
  on: DataSource | EntityManager,
  items: readonly Pick<AppendItem, 'tenant' | 'runId' | 'payloads'>[],
): Promise<void> {
  const rows = items.flatMap(({ payloads, ...run }) => payloads.map((payload) => ({ ...run, ...payload })));
  if (rows.length === 0) return;
  await sql(on, WRITE, [
    rows.map(({ tenant }) => tenant),
    rows.map(({ runId }) => runId),
    rows.map(({ hash }) => hash),
    rows.map(({ bytes }) => bytes),
    rows.map(({ text }) => text),
  ]);
}

/** Values that stand beside the events. A tenant's payloads are its own, whoever else has the same. */
export class Payloads {
  readonly #cache = new SizedCache<JsonValue>(CACHED);

  constructor(private readonly dataSource: DataSource) {}

  /** Values by their hashes, all in one query. @throws SwitchyardError `journal.payload_missing` */
  async read(tenant: string, hashes: ReadonlySet<string>): Promise<Map<string, JsonValue>> {
    const found = new Map<string, JsonValue>();
    for (const hash of hashes) {
      const known = this.#cache.get(`${tenant}/${hash}`);
      if (known !== undefined) found.set(hash, known);
    }
    const missing = [...hashes].filter((hash) => !found.has(hash));
    if (missing.length === 0) return found;
    const rows = await sql<{ hash: string; data: string }>(
      this.dataSource,
      'SELECT hash, data FROM journal.payloads WHERE tenant = $1 AND hash = ANY ($2::text[])',
      [tenant, missing],
      { name: 'journal_payloads' },
    );
    for (const { hash, data } of rows) {
      const value = JSON.parse(data) as JsonValue;
      found.set(hash, value);
      this.#cache.put(`${tenant}/${hash}`, value, data.length);
    }
    const lost = missing.find((hash) => !found.has(hash));
    if (lost === undefined) return found;
    throw new SwitchyardError(
      'journal.payload_missing',
      `The journal refers to the payload ${lost}, and the database has none: it was changed by hand, or restored in part.`,
      { details: { hash: lost } },
    );
  }

  /** Events of one run as they were before they were stored. @throws SwitchyardError `journal.payload_missing` */
  async resolveEvents(wires: readonly JsonObject[]): Promise<JsonObject[]> {
    // Entries of the first form hold no references, whatever they look like.
    const holds = wires.map((wire) => formOf(wire) > 1 && mayHoldReferences(JSON.stringify(wire)));
    const hashes = new Set<string>();
    wires.forEach((wire, index) => holds[index] && hashesIn(wire, hashes));
    if (!holds.some(Boolean)) return [...wires];
    const payloads = await this.read(String(wires[0]?.['tenant']), hashes);
    return wires.map((wire, index) => (holds[index] ? resolveEvent(wire, payloads) : wire));
  }

  /** A value as it was before it was stored. @throws SwitchyardError `journal.payload_missing` */
  async resolve(tenant: string, value: JsonValue): Promise<JsonValue> {
    return resolveReferences(value, await this.read(tenant, hashesIn(value)));
  }

  /** One as it is stored; undefined where the tenant has none of this hash. */
  async find(tenant: string, hash: string): Promise<Payload | undefined> {
    const [row] = await sql<Payload>(
      this.dataSource,
      'SELECT hash, bytes, data AS text FROM journal.payloads WHERE tenant = $1 AND hash = $2',
      [tenant, hash],
    );
    return row;
  }
}
