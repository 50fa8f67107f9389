import { contentAddress, type JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { cleanJsonText } from '../clean-text.js';
import { claimValue, isSmall } from '../payloads/claim.js';
import { initialState, type RunState } from '../state/run-state.js';
import { writePayloads } from './payloads.js';

/** A run's state as this process last knew it to be in the journal. */
export interface KnownRun {
  state: RunState;
  /** About what it takes in memory: JSON of the entries that it was folded from. */
  bytes: number;
  /** JSON of the entries that are in no snapshot. */
  unsaved: number;
  /** JSON of the last snapshot; 0 where there is none. */
  snapshotBytes: number;
}

/** To be raised where the fold makes another state of the same entries, although the state has the same members. */
const FOLD = 1;

/** The form of a snapshot: the fold's number, and the members of a state, so that a new one needs no new number. */
export const SNAPSHOT_FORM = `${FOLD}:${membersOf()}`;

/** JSON of entries without which a run is short: it is loaded as quickly from its entries. */
const SHORT = 64 * 1_024;

const WRITE = `
INSERT INTO journal.snapshots AS s (run_id, seq, form, state) VALUES ($1, $2, $3, $4::jsonb)
ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq, form = excluded.form, state = excluded.state
WHERE s.seq < excluded.seq OR s.form <> excluded.form`;

/**
 * Whether it is time for a snapshot: when the entries since the last one are as much as the snapshot itself. Then all
 * snapshots of a run together are no more than all its entries, and so is what a load reads beside the last one.
 */
export function isDue({ unsaved, snapshotBytes }: KnownRun): boolean {
  return unsaved >= Math.max(SHORT, snapshotBytes);
}

/** Writes snapshots beside the appends, one at a time. */
export class Snapshots {
  #writing: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Does nothing while another one is written: the next append finds it due again. */
  consider(known: KnownRun): void {
    if (this.#writing || !isDue(known)) return;
    this.#writing = this.#write(known)
      .catch(this.failed)
      .finally(() => (this.#writing = undefined));
  }

  /** Resolves when none is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(known: KnownRun): Promise<void> {
    const { state, unsaved } = known;
    const whole = cleanJsonText(state);
    // Long texts stand in the payloads already: the events have brought them.
    const claimed = isSmall(whole) ? undefined : claimValue(JSON.parse(whole) as JsonObject, false);
    const text = claimed ? JSON.stringify(claimed.json) : whole;
    await writePayloads(this.dataSource, [{ ...state, payloads: claimed?.payloads ?? [] }]);
    await sql(this.dataSource, WRITE, [state.runId, state.seq, SNAPSHOT_FORM, text], { name: 'journal_snapshot' });
    known.snapshotBytes = text.length;
    known.unsaved -= unsaved;
  }
}

function membersOf(): string {
  const state = initialState({ tenant: '', runId: '', taskId: '', agent: '', idempotencyKey: '' });
  return contentAddress(Object.keys(state).sort()).slice(7, 23);
}
