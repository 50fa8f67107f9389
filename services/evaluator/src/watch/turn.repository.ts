import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import { readObserved, storedObserved, type Observed, type ObservedTurn } from './observed.js';

export interface TurnRow {
  tenant: string;
  watch: string;
  number: number;
  began_at: Date;
  ended_at: Date | null;
  status: string;
  reason: string;
  cost_usd: number;
  evaluations: string[];
  findings: string[];
}

export type TurnKey = Pick<TurnRow, 'tenant' | 'watch' | 'number'>;

export interface TurnEnd {
  status: 'done' | 'unreachable' | 'skipped' | 'failed';
  reason: string;
  costUsd: number;
  evaluations: readonly string[];
  observed?: Observed;
  at: Date;
}

const COLUMNS = 'tenant, watch, number, began_at, ended_at, status, reason, cost_usd, evaluations, findings';
/** Turns that the next one is judged by. */
const JUDGED_BY = 2_000;

/** Turns of watches: begun once when due, ended once. */
@Injectable()
export class TurnRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Begins a turn of every watch that is due and has none running, each by one of however many ask at once. Turns that were missed are one. One
   * whose next turn is further away than its interval was set by a clock that has gone back since.
   */
  begin(now: Date, limit: number): Promise<TurnRow[]> {
    return sql<TurnRow>(
      this.dataSource,
      `WITH due AS (
         SELECT w.tenant, w.name FROM evaluation.watches w
         WHERE (w.next_at <= $1 OR w.next_at > $1::timestamptz + make_interval(secs => w.every_seconds)) AND NOT EXISTS (
           SELECT 1 FROM evaluation.watch_turns t WHERE t.tenant = w.tenant AND t.watch = w.name AND t.status = 'running')
         ORDER BY w.next_at LIMIT $2 FOR UPDATE SKIP LOCKED
       ), begun AS (
         UPDATE evaluation.watches w SET turns = w.turns + 1, next_at = $1::timestamptz + make_interval(secs => w.every_seconds)
         FROM due WHERE w.tenant = due.tenant AND w.name = due.name RETURNING w.tenant, w.name, w.turns
       )
       INSERT INTO evaluation.watch_turns (tenant, watch, number, began_at, status, reason, cost_usd, evaluations, findings)
       SELECT tenant, name, turns, $1, 'running', '', 0, '{}', '{}' FROM begun RETURNING ${COLUMNS}`,
      [now, limit],
    );
  }

  running(): Promise<TurnRow[]> {
    return sql<TurnRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.watch_turns WHERE status = 'running' ORDER BY began_at`,
    );
  }

  /** Newest first. */
  last(tenant: string, watch: string, limit: number): Promise<TurnRow[]> {
    return sql<TurnRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.watch_turns WHERE tenant = $1 AND watch = $2 ORDER BY number DESC LIMIT $3`,
      [tenant, watch, limit],
    );
  }

  /** @returns whether it was running until now */
  async end(on: EntityManager, key: TurnKey, end: TurnEnd): Promise<boolean> {
    const { status, reason, costUsd, evaluations, observed, at } = end;
    const ended = await sql(
      on,
      `UPDATE evaluation.watch_turns SET status = $4, reason = $5, cost_usd = $6, evaluations = $7, observed = $8::json, ended_at = $9
       WHERE tenant = $1 AND watch = $2 AND number = $3 AND status = 'running' RETURNING number`,
      [
        ...[key.tenant, key.watch, key.number, status, reason, costUsd, evaluations],
        ...[observed ? JSON.stringify(storedObserved(observed)) : null, at],
      ],
    );
    return ended.length > 0;
  }

  async found(on: EntityManager, key: TurnKey, findings: readonly string[]): Promise<void> {
    await sql(on, 'UPDATE evaluation.watch_turns SET findings = $4 WHERE tenant = $1 AND watch = $2 AND number = $3', [
      key.tenant,
      key.watch,
      key.number,
      findings,
    ]);
  }

  /** In their order, as far as they observed something. */
  async observed(on: EntityManager, { tenant, watch }: Pick<TurnRow, 'tenant' | 'watch'>): Promise<ObservedTurn[]> {
    const rows = await sql<{ number: number; began_at: Date; observed: JsonObject }>(
      on,
      `SELECT number, began_at, observed FROM evaluation.watch_turns
       WHERE tenant = $1 AND watch = $2 AND status = 'done' AND observed IS NOT NULL ORDER BY number DESC LIMIT ${JUDGED_BY}`,
      [tenant, watch],
    );
    return rows.reverse().map(({ number, began_at: at, observed }) => ({ number, at, ...readObserved(observed) }));
  }
}
