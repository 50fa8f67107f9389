import { eventTypeOf, SwitchyardError, type JsonObject, type RunEvent } from '@switchyard/contracts';
import { invalidRecord, sql, type Stored } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import { isFutureForm } from '../forms/journal-form.js';
import { readEntry } from '../forms/read-entry.js';

/** Entries of runs that stand in the archive are there already: their run's row was compared. */
const STORE = `
WITH given AS (
  SELECT (d ->> 'run_id') AS run_id, (d ->> 'seq')::integer AS seq, type, (d ->> 'time')::timestamptz AS time,
    coalesce(d ->> 'actor', '') AS actor, coalesce(d ->> 'trace_id', '') AS trace_id, d AS data
  FROM ROWS FROM (jsonb_array_elements($1::jsonb), unnest($2::text[])) AS g (d, type)
), belonging AS (
  SELECT given.* FROM given JOIN journal.runs r USING (run_id) WHERE r.tenant = $3 AND given.seq <= r.seq AND NOT r.archived
), stored AS (
  INSERT INTO journal.events (run_id, seq, tenant, type, time, actor, trace_id, data)
  SELECT run_id, seq, $3, type, time, actor, trace_id, data FROM belonging ON CONFLICT (run_id, seq) DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM stored)::integer AS stored,
  (SELECT count(*) FROM given WHERE NOT EXISTS (
    SELECT 1 FROM journal.runs r WHERE r.run_id = given.run_id AND r.tenant = $3 AND given.seq <= r.seq))::integer AS strangers,
  (SELECT min(given.run_id || ' ' || given.seq) FROM given JOIN journal.events e USING (run_id, seq)
   WHERE e.data <> given.data) AS other`;

/**
 * Stores journal entries of runs that are there. Nobody is told of them.
 *
 * @throws SwitchyardError `bundle.conflict`, `bundle.invalid`, `bundle.newer_version`
 */
export async function storeEntries(
  on: EntityManager,
  tenant: string,
  entries: readonly JsonObject[],
): Promise<Omit<Stored, 'kept' | 'notes'>> {
  if (entries.length === 0) return { stored: 0, same: 0 };
  const types = entries.map((entry) => typeOf(tenant, entry));
  const [row] = await sql<{ stored: number; strangers: number; other: string | null }>(on, STORE, [
    JSON.stringify(entries),
    types,
    tenant,
  ]);
  const { stored = 0, strangers = 0, other = null } = row ?? {};
  if (strangers > 0) throw invalidRecord('entry', 'its run did not come before it, or has fewer entries');
  if (other !== null)
    throw new SwitchyardError(
      'bundle.conflict',
      `This system has another entry at the same place: run and seq ${other}. Nothing of this part of the bundle was stored. Import it into an empty system.`,
      { details: { kind: 'entry', keys: [other] } },
    );
  return { stored, same: entries.length - stored };
}

/** @throws SwitchyardError `bundle.invalid`, `bundle.newer_version` */
function typeOf(tenant: string, entry: JsonObject): string {
  const event = readable(entry);
  if (event.tenant !== tenant) throw invalidRecord('entry', `it is of tenant "${event.tenant}"`);
  if (event.runId === '' || event.seq < 1 || event.time === undefined)
    throw invalidRecord('entry', 'it has no run_id, seq or time');
  return eventTypeOf(event);
}

function readable(entry: JsonObject): RunEvent {
  try {
    const event = readEntry(entry);
    if (event.body.case !== undefined) return event;
  } catch (cause) {
    if (!isFutureForm(cause)) throw invalidRecord('entry', String(cause), cause);
    throw new SwitchyardError(
      'bundle.newer_version',
      'The bundle has journal entries of a form that this platform does not know: a newer one wrote them. Bring this one up to date, then import the bundle again.',
      { cause, details: cause.details },
    );
  }
  throw invalidRecord('entry', 'it says nothing that this platform knows');
}
