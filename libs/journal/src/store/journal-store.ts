import {
  SwitchyardError,
  unescapeReferences,
  type JsonValue,
  type PayloadReference,
  type RunEvent,
} from '@switchyard/contracts';
import { GroupCommit, sql } from '@switchyard/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import { Entries } from '../archive/entries.js';
import { budgetMoves } from '../budgets/budget-moves.js';
import { BudgetedAppends } from '../budgets/budgeted-appends.js';
import type { EventDraft } from '../event-draft.js';
import { isFutureForm } from '../forms/journal-form.js';
import { readEntry } from '../forms/read-entry.js';
import type { Payload } from '../payloads/claim.js';
import { readAnswerRecord, type AnswerRecord } from '../record/answer-record.js';
import { fold } from '../state/apply.js';
import type { RunState } from '../state/run-state.js';
import { appendStatement, type AppendItem } from './append-statement.js';
import { Bookkeeping } from './bookkeeping.js';
import { Payloads, writePayloads } from './payloads.js';
import { prepareAppend, type Appended } from './prepare-append.js';
import { isEnded, lastSeq, listRuns, unpublishedEvents, unpublishedEventsOf, type RunFilter } from './run-queries.js';
import { checkpoints, dueWakes, type DueWake, type RunCheckpoint, type WakeCursor } from './reconcile-queries.js';
import { RunStates, runNotFound } from './run-states.js';
import { stateOfRecord } from './state-of-record.js';
import type { RunRecord } from './run-record.js';

/** States in memory, at most. A run of ten turns takes some 20 KiB. */
const CACHED_RUNS = 10_000;
const CACHED_BYTES = 64 * 1024 * 1024;
/** Entries of one run that are loaded at once. */
const MOST_ENTRIES = 100_000;

export interface JournalStoreOptions {
  /** Appends of one flush at most. Default 256. */
  maxAppends?: number;
  /** How long an append may wait for company while another flush is under way, in milliseconds. Default 2. */
  maxWaitMs?: number;
  /** Flushes at once. Default 2. */
  maxInFlight?: number;
  /** States of runs that are kept in memory: how many, and about how many bytes of JSON. Default 10,000 and 64 MiB. */
  cache?: { runs?: number; bytes?: number };
  /** Told what went wrong with a snapshot, which costs nobody more than time. Default: a warning of the process. */
  onSnapshotFailed?: (error: unknown) => void;
}

/** Bytes of one flush at which it is full: a statement of this size is still written in tens of milliseconds. */
const MAX_FLUSH_BYTES = 4 * 1024 * 1024;

/** The journal of all runs. Appends are fenced by (run_id, seq), and gathered over runs into few statements. */
export class JournalStore {
  readonly #dataSource: DataSource;
  readonly #appends: GroupCommit<AppendItem, void>;
  readonly #budgeted: BudgetedAppends;
  readonly #bookkeeping: Bookkeeping;
  readonly #states: RunStates;
  readonly #payloads: Payloads;
  readonly #entries: Entries;

  constructor(dataSource: DataSource, options: JournalStoreOptions = {}) {
    this.#dataSource = dataSource;
    this.#bookkeeping = new Bookkeeping(dataSource);
    this.#budgeted = new BudgetedAppends(dataSource, append, conflict);
    const cache = { items: options.cache?.runs ?? CACHED_RUNS, bytes: options.cache?.bytes ?? CACHED_BYTES };
    this.#payloads = new Payloads(dataSource);
    this.#entries = new Entries(dataSource);
    this.#states = new RunStates(dataSource, this.#payloads, this.#entries, cache, options.onSnapshotFailed ?? warn);
    this.#appends = new GroupCommit<AppendItem, void>({
      flush: (items) => flush(this.#dataSource, items),
      maxItems: options.maxAppends ?? 256,
      maxWaitMs: options.maxWaitMs ?? 2,
      maxInFlight: options.maxInFlight ?? 2,
      sizeOf: (item) => sizeOf(item) + item.projection.length + payloadBytesOf(item),
      maxSize: MAX_FLUSH_BYTES,
    });
  }

  /**
   * Appends after the state that was read: all the events or none. The step is done when this resolves. With `manager`,
   * the append is part of that transaction, and is done when the transaction commits. Entries that reserve or settle money,
   * and the end of a run that has some reserved, move the budgets in the same transaction.
   *
   * @throws SwitchyardError
   *   - `journal.illegal`, `journal.after_end`: the events cannot follow the state; nothing was sent
   *   - `journal.conflict`: another one advanced the run since it was read: load it again
   *   - `budget.exhausted`: a BudgetReserved for which there is no room; nothing was written
   *   - `database.…` retryable: nobody knows whether it was written: load the run to find out
   */
  async append(
    state: RunState,
    drafts: readonly EventDraft[],
    options: { manager?: EntityManager } = {},
  ): Promise<Appended> {
    const prepared = prepareAppend(state, drafts);
    const budgets = budgetMoves(state, drafts);
    if (budgets) await this.#budgeted.append({ ...budgets, item: prepared.item }, options.manager);
    else if (options.manager) await appendNow(options.manager, prepared.item);
    else await this.#appends.submit(prepared.item);
    // Nobody knows here whether the caller's transaction will commit: what is known of the run stays as it is.
    if (!options.manager) {
      const { item } = prepared;
      this.#states.appended(state, prepared.state, sizeOf(item), payloadBytesOf(item));
    }
    return { state: prepared.state, events: prepared.events };
  }

  /**
   * @throws SwitchyardError `run.not_found`; `journal.illegal` when the stored events are no legal run;
   *   `journal.future_version` retryable, when a newer build wrote some of them
   */
  async load(runId: string): Promise<Appended> {
    const wires = await this.#payloads.resolveEvents(await this.#entries.after(runId, 0, MOST_ENTRIES));
    if (wires.length === 0) throw runNotFound(runId);
    const events = wires.map(readEntry);
    return { events, state: fold(events) };
  }

  /**
   * The state alone, in one round trip that brings what this process does not know yet. What it remembers is no more than
   * a short cut: the journal has to confirm it, and whoever appends meets the fence.
   *
   * @throws as `load`
   */
  loadState(runId: string): Promise<RunState> {
    return this.#states.load(runId);
  }

  /** What `loadState` holds in memory, and what it has read since the store was made. */
  get stateStatistics(): { runs: number; bytes: number; rowsRead: number; bytesRead: number } {
    const { rows, bytes } = this.#states.read;
    const cached = this.#states.cached;
    return { runs: cached.items, bytes: cached.bytes, rowsRead: rows, bytesRead: bytes };
  }

  /**
   * A state that the run can be ended from, also where its events cannot be read; then `unreadable` says why, as
   * `journal.unreadable`. What only a newer build can read is not unreadable.
   *
   * @throws SwitchyardError `run.not_found`, `journal.future_version` retryable, `database.…`
   */
  async stateToEnd(runId: string): Promise<{ state: RunState; unreadable?: SwitchyardError }> {
    try {
      return { state: (await this.load(runId)).state };
    } catch (error) {
      if (isFutureForm(error) || !(error instanceof SwitchyardError) || !/^(journal|contract)\./.test(error.code))
        throw error;
      const record = await this.findRun(runId);
      if (!record) throw error;
      return { state: stateOfRecord(record), unreadable: unreadable(runId, error) };
    }
  }

  /** Events with a higher seq, in order and as they are stored: what is large is a reference. None where there is no such run. */
  async loadAfter(runId: string, seq: number, limit = MOST_ENTRIES): Promise<RunEvent[]> {
    return (await this.#entries.after(runId, seq, limit)).map(readEntry);
  }

  /** One run's projection; undefined where there is none. */
  async findRun(runId: string): Promise<RunRecord | undefined> {
    return (await listRuns(this.#dataSource, { runId, limit: 1 }))[0];
  }

  /** The record with input and output themselves instead of references, where both are no more than so many bytes of JSON. */
  async withValues(record: RunRecord, mostBytes: number): Promise<RunRecord> {
    const { tenant, payloads } = record;
    const stored = Object.values(payloads ?? {});
    if (!payloads || stored.reduce((sum, { bytes }) => sum + bytes, 0) > mostBytes) return record;
    const values = await this.#payloads.read(tenant, new Set(stored.map(({ hash }) => hash)));
    const valueOf = (reference: PayloadReference | undefined, value: JsonValue): JsonValue =>
      reference ? unescapeReferences(values.get(reference.hash) ?? null) : value;
    const { payloads: _resolved, ...rest } = record;
    return { ...rest, input: valueOf(payloads.input, record.input), output: valueOf(payloads.output, record.output) };
  }

  /**
   * What answers the calls of a run, by the hash that its acceptance names.
   *
   * @throws SwitchyardError `journal.payload_missing`, `journal.payload_invalid`
   */
  async answerRecord(tenant: string, hash: string): Promise<AnswerRecord> {
    const values = await this.#payloads.read(tenant, new Set([hash]));
    return readAnswerRecord(values.get(hash) ?? null);
  }

  /** A payload of this tenant by its hash, as JSON text; undefined where there is none. */
  findPayload(tenant: string, hash: string): Promise<Payload | undefined> {
    return this.#payloads.find(tenant, hash);
  }

  /** Whether the run has an end in the journal, whatever the bus says; false where there is no such run. */
  isEnded(runId: string): Promise<boolean> {
    return isEnded(this.#dataSource, runId);
  }

  /** The last seq that the journal has of the run, whatever is known here; 0 where there is no such run. */
  lastSeq(runId: string): Promise<number> {
    return lastSeq(this.#dataSource, runId);
  }

  /** Newest first. */
  listRuns(filter: RunFilter): Promise<RunRecord[]> {
    return listRuns(this.#dataSource, filter);
  }

  /** What the reconciler looks at, of many runs in one statement. */
  checkpoints(runIds: readonly string[]): Promise<RunCheckpoint[]> {
    return checkpoints(this.#dataSource, runIds);
  }

  /** Runs whose time to go on came after `after` and has passed by `until`, the earliest first. */
  dueWakes(after: WakeCursor, until: Date, limit: number): Promise<DueWake[]> {
    return dueWakes(this.#dataSource, after, until, limit);
  }

  /** Events of runs not heard of since `olderThan` that are not known to have reached EVENTS, by run and seq. For the relay. */
  unpublished(olderThan: Date, limit: number): Promise<RunEvent[]> {
    return unpublishedEvents(this.#dataSource, olderThan, limit);
  }

  /** The same of one run, whatever its age. */
  unpublishedOf(runId: string): Promise<RunEvent[]> {
    return unpublishedEventsOf(this.#dataSource, runId);
  }

  /**
   * The events at these places have reached EVENTS. Gathered and written a moment later; losing it costs a second,
   * deduplicated publication. Resolves when written.
   */
  markPublished(runId: string, seqs: readonly number[]): Promise<void> {
    return this.#bookkeeping.markPublished(runId, seqs);
  }

  /** These runs are in hand: shown as running, and left alone by the reconciler. */
  heartbeat(runIds: readonly string[]): Promise<void> {
    return this.#bookkeeping.heartbeat(runIds);
  }

  /** Takes no more appends and resolves when those taken are settled. The data source stays open. */
  async close(): Promise<void> {
    await Promise.all([this.#appends.close(), this.#budgeted.close()]);
    await this.#bookkeeping.close();
    await this.#states.settled();
  }
}

function sizeOf({ rows }: AppendItem): number {
  return rows.reduce((size, { data }) => size + data.length, 0);
}

function payloadBytesOf({ payloads }: AppendItem): number {
  return payloads.reduce((sum, { bytes }) => sum + bytes, 0);
}

function warn(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.emitWarning(`A snapshot of a run could not be written: ${reason}`, { code: 'SWITCHYARD_SNAPSHOT' });
}

function unreadable(runId: string, cause: SwitchyardError): SwitchyardError {
  return new SwitchyardError(
    'journal.unreadable',
    `The journal of run ${runId} cannot be read: ${cause.message} It is a defect, or the database was changed by hand; its entries are kept.`,
    { details: { run_id: runId, cause: cause.code }, cause },
  );
}

async function flush(dataSource: DataSource, items: readonly AppendItem[]): Promise<PromiseSettledResult<void>[]> {
  // Two appends to one run in one flush: the second was made without knowing of the first.
  const first = new Map<string, AppendItem>();
  for (const item of items) if (!first.has(item.runId)) first.set(item.runId, item);
  const written = await append(dataSource, [...first.values()]);
  return items.map((item) =>
    first.get(item.runId) === item && written.has(item.runId)
      ? { status: 'fulfilled', value: undefined }
      : { status: 'rejected', reason: conflict(item) },
  );
}

async function appendNow(manager: EntityManager, item: AppendItem): Promise<void> {
  if (!(await append(manager, [item])).has(item.runId)) throw conflict(item);
}

async function append(on: DataSource | EntityManager, items: readonly AppendItem[]): Promise<Set<string>> {
  await writePayloads(on, items);
  const { name, text, parameters } = appendStatement(items);
  const rows = await sql<{ run_id: string }>(on, text, parameters, { name });
  return new Set(rows.map((row) => row.run_id));
}

function conflict(item: AppendItem): SwitchyardError {
  const seq = item.rows[0]?.seq ?? 0;
  return new SwitchyardError(
    'journal.conflict',
    `Run ${item.runId} has an entry ${seq} already: another one advanced it. Nothing was written; load the run again.`,
    { details: { run_id: item.runId, seq } },
  );
}
