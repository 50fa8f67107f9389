import { mayHoldReferences, SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { sql, type SqlParameter } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import type { Entries } from '../archive/entries.js';
import { readEntry } from '../forms/read-entry.js';
import { fold } from '../state/apply.js';
import { hasEnded, type RunState } from '../state/run-state.js';
import type { Payloads } from './payloads.js';
import { SizedCache, type CacheLimits } from './sized-cache.js';
import { SNAPSHOT_FORM, Snapshots, type KnownRun } from './snapshots.js';

/** An entry of the journal, or the place of the one that is known; `data` is the entry as JSON text, empty where it is known. */
interface EntryRow {
  seq: number;
  time: Date;
  data: string;
}

/** What came after a state that is known, and whether the entry that it ends with is there. */
const CATCH_UP = `
SELECT seq, time, CASE WHEN seq > $2 THEN data::text ELSE '' END AS data FROM journal.events
WHERE run_id = $1 AND seq >= $2`;

/** The same of the last snapshot, and the snapshot. */
const WITH_SNAPSHOT = `
WITH snapshot AS (SELECT seq, state FROM journal.snapshots WHERE run_id = $1 AND form = $2)
SELECT 0 AS seq, now() AS time, state::text AS data FROM snapshot
UNION ALL
SELECT e.seq, e.time, CASE WHEN e.seq = s.seq THEN '' ELSE e.data::text END
FROM journal.events e LEFT JOIN snapshot s ON true
WHERE e.run_id = $1 AND e.seq >= coalesce((SELECT seq FROM snapshot), 1)`;

/** What was read and written beside the appends' own statement, since the process began. */
export interface StateTraffic {
  rows: number;
  bytes: number;
}

/**
 * Loads states: from what this process knows and the entries that came since, else from the last snapshot and the entries
 * since, else from all entries; each time in one round trip. A state that the journal does not confirm is forgotten.
 */
export class RunStates {
  readonly read: StateTraffic = { rows: 0, bytes: 0 };
  readonly #cache: SizedCache<KnownRun>;
  readonly #snapshots: Snapshots;

  constructor(
    private readonly dataSource: DataSource,
    private readonly payloads: Payloads,
    private readonly entries: Entries,
    limits: CacheLimits,
    failed: (error: unknown) => void,
  ) {
    this.#cache = new SizedCache(limits);
    this.#snapshots = new Snapshots(dataSource, failed);
  }

  get cached(): CacheLimits {
    return this.#cache.size;
  }

  /** @throws as `JournalStore.load` */
  async load(runId: string): Promise<RunState> {
    const known = this.#cache.get(runId);
    const caughtUp = known && (await this.#catchUp(runId, known));
    return caughtUp ?? this.#loadAnew(runId);
  }

  /** An append was committed: `after` is what the journal has now. */
  appended(before: RunState, after: RunState, bytes: number, payloadBytes: number): void {
    const { runId } = after;
    const known = this.#cache.get(runId);
    if (hasEnded(after)) return this.#cache.drop(runId);
    if (before.seq === 0)
      return this.#put({ state: after, bytes: bytes + payloadBytes, unsaved: bytes, snapshotBytes: 0 });
    if (known?.state.seq !== before.seq) return this.#cache.drop(runId);
    known.bytes += payloadBytes;
    this.#advance(known, after, bytes);
    this.#snapshots.consider(known);
  }

  /** Resolves when no snapshot is being written. */
  settled(): Promise<void> {
    return this.#snapshots.settled();
  }

  /** Undefined where the journal does not have what is known. */
  async #catchUp(runId: string, known: KnownRun): Promise<RunState | undefined> {
    const base = known.state;
    const [last, ...later] = await this.#query('journal_catch_up', CATCH_UP, [runId, base.seq]);
    if (!last || !isLastOf(base, last)) {
      this.#cache.drop(runId);
      return undefined;
    }
    const state = await this.#foldOn(base, later);
    // Meanwhile an append of this process may have come further.
    if (state.seq > known.state.seq) this.#advance(known, state, bytesOf(later));
    return known.state.seq > state.seq ? known.state : state;
  }

  async #loadAnew(runId: string): Promise<RunState> {
    const [first, ...rest] = await this.#query('journal_load_state', WITH_SNAPSHOT, [runId, SNAPSHOT_FORM]);
    if (!first) return this.#loadArchived(runId);
    if (first.seq === 0) {
      const snapshot = await this.#stateOf(first.data);
      const [last, ...later] = rest;
      if (last && isLastOf(snapshot, last))
        return this.#learn(await this.#foldOn(snapshot, later), later, first.data.length);
      // Entries of which a snapshot was made are gone: by hand, or its writer was late and they are archived. They are the truth.
      return this.#loadWithoutSnapshot(runId);
    }
    return this.#learn(await this.#foldOn(undefined, [first, ...rest]), [first, ...rest], 0);
  }

  async #loadWithoutSnapshot(runId: string): Promise<RunState> {
    const rows = await this.#query('journal_catch_up', CATCH_UP, [runId, 0]);
    return rows.length === 0 ? this.#loadArchived(runId) : this.#foldOn(undefined, rows);
  }

  /** Asked last: what is archived meanwhile is found there. */
  async #loadArchived(runId: string): Promise<RunState> {
    const lines = await this.entries.archived(runId);
    if (lines.length === 0) throw runNotFound(runId);
    return this.#foldOn(
      undefined,
      lines.map((data) => ({ data })),
    );
  }

  async #foldOn(state: RunState | undefined, rows: readonly Pick<EntryRow, 'data'>[]): Promise<RunState> {
    const wires = rows.map(({ data }) => JSON.parse(data) as JsonObject);
    const holds = rows.some(({ data }) => mayHoldReferences(data));
    return fold((holds ? await this.payloads.resolveEvents(wires) : wires).map(readEntry), state);
  }

  async #stateOf(snapshot: string): Promise<RunState> {
    const stored = JSON.parse(snapshot) as RunState;
    if (!mayHoldReferences(snapshot)) return stored;
    return (await this.payloads.resolve(stored.tenant, JSON.parse(snapshot) as JsonObject)) as unknown as RunState;
  }

  #learn(state: RunState, since: readonly EntryRow[], snapshotBytes: number): RunState {
    const unsaved = bytesOf(since);
    if (!hasEnded(state)) this.#put({ state, bytes: unsaved + snapshotBytes, unsaved, snapshotBytes });
    return state;
  }

  #advance(known: KnownRun, state: RunState, bytes: number): void {
    known.state = state;
    known.unsaved += bytes;
    known.bytes += bytes;
    this.#put(known);
  }

  #put(known: KnownRun): void {
    this.#cache.put(known.state.runId, known, known.bytes);
  }

  async #query(name: string, text: string, parameters: readonly SqlParameter[]): Promise<EntryRow[]> {
    const rows = await sql<EntryRow>(this.dataSource, text, parameters, { name });
    this.read.rows += rows.length;
    this.read.bytes += bytesOf(rows);
    return rows.sort((a, b) => a.seq - b.seq);
  }
}

export function runNotFound(runId: string): SwitchyardError {
  return new SwitchyardError('run.not_found', `There is no run ${runId}.`, { details: { run_id: runId } });
}

/** Whether the entry is the one that the state ends with: a journal that was set back has another one there, or none. */
function isLastOf(state: RunState, row: EntryRow): boolean {
  return row.seq === state.seq && row.time.getTime() === Date.parse(state.updatedAt);
}

function bytesOf(rows: readonly EntryRow[]): number {
  return rows.reduce((sum, { data }) => sum + data.length, 0);
}
