import { Inject, Injectable } from '@nestjs/common';
import { fromStore, SwitchyardError, ToolResultSchema } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import { storedResult } from '../calls/ledger.repository.js';
import { judge, type DecidableCall, type Decided, type Decision, type Wanted } from './decision-rules.js';
import type { EffectRow } from './effect-message.js';

export interface EffectFilter {
  tenant: string;
  /** '' for all. */
  status: string;
  runId: string;
  /** '' for all, which is the default. */
  tool?: string;
  /** Only those with an error, or in doubt. */
  failed?: boolean;
  /** The last call of the page before, or ''. */
  before: string;
  limit: number;
}

/** A call whose run has to be told what became of it. */
export interface WakeRow {
  call_id: string;
  tenant: string;
  run_id: string;
  status: string;
  attempt: number;
  /** Since the doubt went. */
  since_ms: number;
}

interface DecisionRow {
  decision: Decision;
  attempt: number;
  decided_by: string;
  reason: string;
  decided_at: Date;
}

/** "effects" as a number: one sweep for all hosts of a database. */
const SWEEP_LOCK = '7400101102102';
const ROW = 'call_id, tenant, run_id, tool, effect, status, attempt, host, started_at, settled_at, result';
const COLUMNS = `call_id, tenant, run_id, tool, effect, status, attempt, host, started_at, settled_at,
  result->>'status' AS outcome, result->'error'->>'code' AS error_code, (result->>'duration_ms')::float8 AS duration_ms`;
/** How many of a tenant's last calls are looked through for those of one tool: an index would cost every call, for the sake of a list. */
const LOOKED_THROUGH = 100_000;

/** The ledger as people see it and decide on it. What runs calls is the LedgerRepository. */
@Injectable()
export class EffectsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The newest first. */
  list({ tenant, status, runId, tool = '', failed = false, before, limit }: EffectFilter): Promise<EffectRow[]> {
    const conditions = ['tenant = $1'];
    const parameters = [tenant];
    const add = (condition: (parameter: string) => string, value: string) => {
      if (value === '') return;
      parameters.push(value);
      conditions.push(condition(`$${parameters.length}`));
    };
    // As a constant, so that the index over those in doubt serves.
    if (status === 'unknown') conditions.push(`status = 'unknown'`);
    else add((parameter) => `status = ${parameter}`, status);
    add((parameter) => `run_id = ${parameter}`, runId);
    add((parameter) => `call_id < ${parameter}`, before);
    const newest = `FROM effects.calls WHERE ${conditions.join(' AND ')} ORDER BY call_id DESC`;
    const picked: string[] = [];
    if (tool !== '') picked.push(`tool = $${parameters.push(tool)}`);
    if (failed) picked.push(`(status = 'unknown' OR result->>'status' = 'error')`);
    const from =
      picked.length === 0
        ? newest
        : `FROM (SELECT ${ROW} ${newest} LIMIT ${LOOKED_THROUGH}) AS looked_through WHERE ${picked.join(' AND ')}`;
    return sql<EffectRow>(this.dataSource, `SELECT ${COLUMNS} ${from} LIMIT ${Math.trunc(limit)}`, parameters);
  }

  /** @throws SwitchyardError `effect.not_found` */
  async get(tenant: string, callId: string): Promise<{ row: EffectRow; decisions: Decided[] }> {
    return {
      row: await this.row(this.dataSource, tenant, callId),
      decisions: await this.decisionsOf(this.dataSource, callId),
    };
  }

  /**
   * Decides a call in doubt: the call's row and the record of the decision are one commit. Two who decide at once do so one
   * after the other.
   *
   * @returns `made`, or `known` where the same decision stood there already
   * @throws SwitchyardError `effect.not_found`, and what `judge` throws
   */
  decide(
    tenant: string,
    callId: string,
    wanted: Wanted,
    who: { by: string; reason: string },
  ): Promise<'made' | 'known'> {
    return inTransaction(this.dataSource, async (manager) => {
      const row = await this.row(manager, tenant, callId, 'FOR NO KEY UPDATE');
      const call = decidable(row, await this.decisionsOf(manager, callId));
      const verdict = judge(call, wanted);
      if (verdict === 'known') return verdict;
      await sql(
        manager,
        `INSERT INTO effects.decisions (call_id, attempt, tenant, decision, decided_by, reason, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp())`,
        [callId, call.attempt, tenant, wanted.decision, who.by, who.reason],
      );
      await (wanted.result
        ? sql(
            manager,
            `UPDATE effects.calls SET status = 'settled', result = $2::jsonb, settled_at = clock_timestamp(), wake_at = clock_timestamp()
             WHERE call_id = $1`,
            [callId, storedResult(wanted.result)],
          )
        : // The next attempt: whatever a host still finds out about this one comes too late.
          sql(
            manager,
            `UPDATE effects.calls SET status = 'released', result = NULL, settled_at = NULL, host = '', attempt = attempt + 1,
                    wake_at = clock_timestamp()
             WHERE call_id = $1`,
            [callId],
          ));
      return verdict;
    });
  }

  /** Calls whose runs are to be told now. They come again after `leaseMs`, should this host die over them. */
  takeWakes(limit: number, leaseMs: number): Promise<WakeRow[]> {
    return sql<WakeRow>(
      this.dataSource,
      `UPDATE effects.calls c SET wake_at = clock_timestamp() + $2 * interval '1 millisecond'
       WHERE call_id IN (
         SELECT call_id FROM effects.calls WHERE wake_at IS NOT NULL AND wake_at <= clock_timestamp()
         ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING call_id, tenant, run_id, status, attempt,
                 (extract(epoch FROM clock_timestamp() - coalesce(settled_at,
                    (SELECT max(decided_at) FROM effects.decisions d WHERE d.call_id = c.call_id),
                    clock_timestamp())) * 1000)::float8 AS since_ms`,
      [limit, leaseMs],
    );
  }

  /** When the run of a call is told again; null: never, unless somebody has decided again meanwhile. */
  async wakeAgain({ call_id, status, attempt }: WakeRow, inMs: number | null): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE effects.calls SET wake_at = clock_timestamp() + $4::float8 * interval '1 millisecond'
       WHERE call_id = $1 AND status = $2 AND attempt = $3 AND wake_at IS NOT NULL`,
      [call_id, status, attempt, inMs],
    );
  }

  /** Settled calls that were begun so many days ago, the oldest first. @param after where the batch before ended */
  oldSettled(days: number, after: { startedAt: Date; callId: string }, limit: number): Promise<OldCall[]> {
    return sql<OldCall>(
      this.dataSource,
      `SELECT call_id, tenant, run_id, started_at FROM effects.calls
       WHERE started_at < clock_timestamp() - $1 * interval '1 day' AND (started_at, call_id) > ($2, $3)
         AND status = 'settled' AND wake_at IS NULL
       ORDER BY started_at, call_id LIMIT $4`,
      [days, after.startedAt, after.callId, limit],
    );
  }

  /** One host at a time. The lock goes with the transaction, and so with a host that dies. @returns 0 where another one has it */
  alone(work: () => Promise<number>): Promise<number> {
    return inTransaction(this.dataSource, async (manager) => {
      const [lock] = await sql<{ led: boolean }>(manager, `SELECT pg_try_advisory_xact_lock(${SWEEP_LOCK}) AS led`);
      return lock?.led ? work() : 0;
    });
  }

  /** Removes settled calls. @returns how many */
  async remove(callIds: readonly string[]): Promise<number> {
    const removed = await sql(
      this.dataSource,
      `WITH removed AS (DELETE FROM effects.calls WHERE call_id = ANY ($1::text[]) AND status = 'settled' RETURNING call_id),
            asked AS (DELETE FROM effects.questions WHERE call_id IN (SELECT call_id FROM removed))
       SELECT call_id FROM removed`,
      [callIds],
    );
    return removed.length;
  }

  private async row(on: DataSource | EntityManager, tenant: string, callId: string, lock = ''): Promise<EffectRow> {
    const [row] = await sql<EffectRow>(
      on,
      `SELECT ${COLUMNS}, result FROM effects.calls WHERE call_id = $1 AND tenant = $2 ${lock}`,
      [callId, tenant],
    );
    if (row) return row;
    throw new SwitchyardError(
      'effect.not_found',
      `The ledger has no call ${callId}. Look at the calls with \`switchyard effects list\`; a short call that only reads stands there once it is done.`,
      { details: { call_id: callId } },
    );
  }

  private async decisionsOf(on: DataSource | EntityManager, callId: string): Promise<Decided[]> {
    const rows = await sql<DecisionRow>(
      on,
      'SELECT decision, attempt, decided_by, reason, decided_at FROM effects.decisions WHERE call_id = $1 ORDER BY attempt',
      [callId],
    );
    return rows.map(({ decision, attempt, decided_by, reason, decided_at }) => ({
      decision,
      attempt,
      by: decided_by,
      reason,
      time: decided_at,
    }));
  }
}

export interface OldCall {
  call_id: string;
  tenant: string;
  run_id: string;
  started_at: Date;
}

function decidable(row: EffectRow, decisions: readonly Decided[]): DecidableCall {
  const { result } = row;
  return {
    callId: row.call_id,
    tool: row.tool,
    status: row.status,
    attempt: row.attempt,
    host: row.host,
    result: result === undefined || result === null ? undefined : fromStore(ToolResultSchema, result),
    decisions,
  };
}
