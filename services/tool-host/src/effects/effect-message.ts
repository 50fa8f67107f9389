import {
  create,
  EffectSchema,
  fromStore,
  timestampFromDate,
  ToolResultSchema,
  type Effect,
  type JsonValue,
} from '@switchyard/contracts';
import { carriedResult } from '../calls/carried-result.js';
import type { LedgerStatus } from '../calls/ledger-rules.js';
import type { Decided } from './decision-rules.js';

/** A row of effects.calls as it is shown. */
export interface EffectRow {
  call_id: string;
  tenant: string;
  run_id: string;
  tool: string;
  effect: string;
  status: LedgerStatus;
  attempt: number;
  host: string;
  started_at: Date;
  settled_at: Date | null;
  /** Absent in lists. */
  result?: JsonValue;
  /** What the result says of itself; null while there is none. */
  outcome: string | null;
  error_code: string | null;
  duration_ms: number | null;
}

/** One call of the ledger as the API shows it; of a large result its beginning and a reference. */
export function effectMessage(row: EffectRow, decisions: readonly Decided[] = []): Effect {
  const { result } = row;
  return create(EffectSchema, {
    callId: row.call_id,
    tenant: row.tenant,
    runId: row.run_id,
    tool: row.tool,
    effect: row.effect,
    status: row.status,
    attempt: row.attempt,
    host: row.host,
    outcome: row.outcome ?? '',
    errorCode: row.error_code ?? '',
    durationMs: row.duration_ms ?? 0,
    startedAt: timestampFromDate(row.started_at),
    ...(row.settled_at ? { settledAt: timestampFromDate(row.settled_at) } : {}),
    ...(result === undefined || result === null
      ? {}
      : { result: carriedResult(fromStore(ToolResultSchema, result), true) }),
    decisions: decisions.map(({ decision, by, reason, time }) => ({
      decision,
      by,
      reason,
      time: timestampFromDate(time),
    })),
  });
}
