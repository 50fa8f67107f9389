import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import type { RunStatus } from '../state/run-state.js';

/** What decides whether a run should be moving, and nothing of what it says. */
export interface RunCheckpoint {
  runId: string;
  tenant: string;
  backend: string;
  status: RunStatus;
  /** Why it waits; empty otherwise. */
  parkedReason: string;
  parkedCalls: string[];
  wakeAt: Date | null;
  seq: number;
  updatedAt: Date;
  /** Type of the last entry of a run that waits: anything but RunParked came to it while it waited. Empty otherwise. */
  lastType: string;
}

/** A time that a run waited for and that has come. */
export interface DueWake {
  runId: string;
  tenant: string;
  backend: string;
  seq: number;
  wakeAt: Date;
}

/** Where to read on: the last one of the page before. */
export type WakeCursor = Pick<DueWake, 'wakeAt' | 'runId'>;

/** In no order; runs that are not there are left out. */
export function checkpoints(dataSource: DataSource, runIds: readonly string[]): Promise<RunCheckpoint[]> {
  return sql<RunCheckpoint>(
    dataSource,
    `SELECT r.run_id AS "runId", r.tenant, r.backend, r.status, r.parked_reason AS "parkedReason",
       r.parked_calls AS "parkedCalls", r.wake_at AS "wakeAt", r.seq, r.updated_at AS "updatedAt",
       coalesce(e.type, '') AS "lastType"
     FROM journal.runs r LEFT JOIN journal.events e ON r.status = 'waiting' AND e.run_id = r.run_id AND e.seq = r.seq
     WHERE r.run_id = ANY ($1::text[])`,
    [[...runIds]],
    { name: 'journal_checkpoints' },
  );
}

/** By time; read from the index of those that wait for one. */
export function dueWakes(dataSource: DataSource, after: WakeCursor, until: Date, limit: number): Promise<DueWake[]> {
  return sql<DueWake>(
    dataSource,
    `SELECT run_id AS "runId", tenant, backend, seq, wake_at AS "wakeAt" FROM journal.runs
     WHERE wake_at >= $1 AND wake_at <= $3 AND (wake_at, run_id) > ($1, $2)
     ORDER BY wake_at, run_id LIMIT $4`,
    [after.wakeAt, after.runId, until, limit],
    { name: 'journal_due_wakes' },
  );
}
