import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { fromStore, toWire, ToolResultSchema, type JsonValue, type ToolResult } from '@switchyard/contracts';
import { GroupCommit, sql } from '@switchyard/persistence';
import type { Effect } from '../tools/tool.js';
import { HostIdentity } from './host-identity.js';
import type { LedgerFact, LedgerStatus } from './ledger-rules.js';

/** What is written of a call when it is first seen. */
export interface CallRecord {
  callId: string;
  tenant: string;
  runId: string;
  tool: string;
  effect: Effect;
  argumentsHash: string;
  startedAt: Date;
  attempt: number;
}

export interface Settlement {
  record: CallRecord;
  status: 'settled' | 'unknown';
  result: ToolResult;
}

/** The same with the result as it is stored. */
type StoredSettlement = Omit<Settlement, 'result'> & { result: string };

/** Characters of results at which a flush is full: a statement of this size is still written in tens of milliseconds. */
const MAX_FLUSH_CHARACTERS = 4 * 1_024 * 1_024;

export interface LedgerRow extends LedgerFact {
  callId: string;
  tenant: string;
  runId: string;
  argumentsHash: string;
  attempt: number;
  result: ToolResult | undefined;
}

/** `claimed`: the caller may run it. A row: somebody was there before. */
export type Claim = 'claimed' | LedgerRow;

interface RawRow {
  call_id: string;
  tenant: string;
  run_id: string;
  effect: Effect;
  status: LedgerStatus;
  arguments_hash: string;
  attempt: number;
  host: string;
  host_alive: boolean;
  result: JsonValue;
}

const COLUMNS = 'call_id, tenant, run_id, tool, effect, arguments_hash, attempt, host, started_at';
const FIND = `
  SELECT c.call_id, c.tenant, c.run_id, c.effect, c.status, c.arguments_hash, c.attempt, c.host, c.result,
         coalesce(h.seen_at > clock_timestamp() - $2 * interval '1 millisecond', false) AS host_alive
  FROM effects.calls c LEFT JOIN effects.hosts h ON h.host = c.host
  WHERE c.call_id = ANY($1::text[])`;
const CLAIM = `
  INSERT INTO effects.calls (${COLUMNS}, status)
  SELECT *, 'started' FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::timestamptz[])
  ON CONFLICT (call_id) DO NOTHING
  RETURNING call_id`;
/**
 * Only who started a call settles it; one that nobody started is settled by who comes first. What comes late replaces a
 * doubt, unless somebody has decided about it (then the row is settled, or its attempt is another one); who was told of
 * the doubt is woken.
 */
const SETTLE = `
  INSERT INTO effects.calls AS c (${COLUMNS}, status, result, settled_at)
  SELECT ${COLUMNS.replaceAll(/\w+/g, 'a.$&')}, s.status, s.result::jsonb, clock_timestamp()
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::timestamptz[])
         WITH ORDINALITY AS a(call_id, tenant, run_id, tool, effect, arguments_hash, attempt, host, started_at, n)
  JOIN unnest($10::text[], $11::text[]) WITH ORDINALITY AS s(status, result, n) USING (n)
  ON CONFLICT (call_id) DO UPDATE
    SET status = excluded.status, result = excluded.result, settled_at = excluded.settled_at,
        wake_at = CASE WHEN c.status = 'unknown' AND excluded.status = 'settled' THEN clock_timestamp() ELSE c.wake_at END
    WHERE c.status <> 'settled' AND c.host = excluded.host AND c.attempt = excluded.attempt
  RETURNING call_id`;

/** The effect ledger in Postgres. Calls that run side by side share their reads and their commits. */
@Injectable()
export class LedgerRepository {
  private readonly finds: GroupCommit<string, LedgerRow | undefined>;
  private readonly claims: GroupCommit<CallRecord, boolean>;
  private readonly settlements: GroupCommit<StoredSettlement, boolean>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(HostIdentity) private readonly self: HostIdentity,
  ) {
    this.finds = new GroupCommit({ flush: (ids) => this.flushFinds(ids) });
    this.claims = new GroupCommit({ flush: (records) => this.flushClaims(records) });
    this.settlements = new GroupCommit({
      flush: (settlements) => this.flushSettlements(settlements),
      sizeOf: ({ result }) => result.length,
      maxSize: MAX_FLUSH_CHARACTERS,
    });
  }

  find(callId: string): Promise<LedgerRow | undefined> {
    return this.finds.submit(callId);
  }

  /** Writes `started`, unless there is a row: then that row is the answer. */
  async claim(record: CallRecord): Promise<Claim> {
    if (await this.claims.submit(record)) return 'claimed';
    const row = await this.find(record.callId);
    // Rows are never removed while somebody may ask for them: there is one.
    return row ?? 'claimed';
  }

  /** Makes the result durable. False: another host has settled the call, and its result stands. */
  settle({ record, status, result }: Settlement): Promise<boolean> {
    return this.settlements.submit({ record, status, result: storedResult(result) });
  }

  /** The content of a call's result, as JSON text; undefined where there is none. */
  async contentOf(tenant: string, callId: string): Promise<string | undefined> {
    const [row] = await sql<{ content: string | null }>(
      this.dataSource,
      `SELECT (result -> 'content')::text AS content FROM effects.calls WHERE call_id = $1 AND tenant = $2`,
      [callId, tenant],
    );
    return row?.content ?? undefined;
  }

  /** The call of a host that is gone becomes this host's. False: somebody else was faster. */
  async takeOver(row: LedgerRow): Promise<boolean> {
    const taken = await sql(
      this.dataSource,
      `UPDATE effects.calls SET host = $4, attempt = attempt + 1, started_at = clock_timestamp()
       WHERE call_id = $1 AND status = 'started' AND host = $2 AND attempt = $3 RETURNING call_id`,
      [row.callId, row.host, row.attempt, this.self.host],
    );
    return taken.length > 0;
  }

  /** The call that somebody decided to try again becomes this host's. False: somebody else was faster. */
  async beginAgain(row: LedgerRow): Promise<boolean> {
    const begun = await sql(
      this.dataSource,
      `UPDATE effects.calls SET status = 'started', host = $3, started_at = clock_timestamp(), wake_at = NULL
       WHERE call_id = $1 AND status = 'released' AND attempt = $2 RETURNING call_id`,
      [row.callId, row.attempt, this.self.host],
    );
    return begun.length > 0;
  }

  /** The irreversible call of a host that is gone is in doubt, with this as its result. False: it was settled meanwhile. */
  async markUnknown(row: LedgerRow, result: ToolResult): Promise<boolean> {
    const marked = await sql(
      this.dataSource,
      `UPDATE effects.calls SET status = 'unknown', result = $4::jsonb, settled_at = clock_timestamp()
       WHERE call_id = $1 AND status = 'started' AND host = $2 AND attempt = $3 RETURNING call_id`,
      [row.callId, row.host, row.attempt, storedResult(result)],
    );
    return marked.length > 0;
  }

  /** Takes nothing new and resolves when all that was taken is written. */
  async close(): Promise<void> {
    await Promise.all([this.finds.close(), this.claims.close(), this.settlements.close()]);
  }

  private async flushFinds(ids: readonly string[]): Promise<PromiseSettledResult<LedgerRow | undefined>[]> {
    const rows = await sql<RawRow>(this.dataSource, FIND, [[...ids], this.self.leaseMs], { name: 'effects.find' });
    const byId = new Map(rows.map((row) => [row.call_id, row]));
    return ids.map((id) => {
      const row = byId.get(id);
      return { status: 'fulfilled', value: row && fromRaw(row) };
    });
  }

  private async flushClaims(records: readonly CallRecord[]): Promise<PromiseSettledResult<boolean>[]> {
    const rows = await sql<{ call_id: string }>(this.dataSource, CLAIM, this.columns(records), {
      name: 'effects.claim',
    });
    const claimed = new Set(rows.map((row) => row.call_id));
    // delete: should one id stand twice in a flush, only one of the two may run.
    return records.map((record) => ({ status: 'fulfilled', value: claimed.delete(record.callId) }));
  }

  private async flushSettlements(settlements: readonly StoredSettlement[]): Promise<PromiseSettledResult<boolean>[]> {
    const columns = this.columns(settlements.map(({ record }) => record));
    const status = settlements.map((settlement) => settlement.status);
    const results = settlements.map(({ result }) => result);
    const rows = await sql<{ call_id: string }>(this.dataSource, SETTLE, [...columns, status, results], {
      name: 'effects.settle',
    });
    const settled = new Set(rows.map((row) => row.call_id));
    return settlements.map(({ record }) => ({ status: 'fulfilled', value: settled.has(record.callId) }));
  }

  private columns(records: readonly CallRecord[]) {
    return [
      records.map((record) => record.callId),
      records.map((record) => record.tenant),
      records.map((record) => record.runId),
      // text holds no NUL, and an unknown tool may be called anything.
      records.map((record) => record.tool.replaceAll('\0', '')),
      records.map((record) => record.effect),
      records.map((record) => record.argumentsHash),
      records.map((record) => record.attempt),
      records.map(() => this.self.host),
      records.map((record) => record.startedAt),
    ];
  }
}

/** jsonb holds neither NUL nor lone surrogates, which JSON may: a tool's name or an error's details can bring them. */
export function storedResult(result: ToolResult): string {
  const json = JSON.stringify(toWire(ToolResultSchema, result));
  return json.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escape) =>
    escape === '\\\\' ? escape : escape === '\\u0000' ? '' : '\ufffd',
  );
}

function fromRaw(row: RawRow): LedgerRow {
  return {
    callId: row.call_id,
    tenant: row.tenant,
    runId: row.run_id,
    effect: row.effect,
    status: row.status,
    argumentsHash: row.arguments_hash,
    attempt: row.attempt,
    host: row.host,
    hostAlive: row.host_alive,
    result: row.result === null ? undefined : fromStore(ToolResultSchema, row.result),
  };
}
