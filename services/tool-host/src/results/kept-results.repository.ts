import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

export interface KeptText {
  callId: string;
  hash: string;
  tenant: string;
  content: string;
}

/** Whole results in Postgres. */
@Injectable()
export class KeptResultsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Durable when this returns. The same again changes nothing. */
  async keep({ callId, hash, tenant, content }: KeptText): Promise<void> {
    await sql(
      this.dataSource,
      `INSERT INTO effects.kept_results (call_id, hash, tenant, content) VALUES ($1, $2, $3, $4)
       ON CONFLICT (call_id, hash) DO NOTHING`,
      [callId, hash, tenant, content],
    );
  }

  /** Undefined where there is none, or it is another tenant's. */
  async find(tenant: string, callId: string, hash: string): Promise<string | undefined> {
    const [row] = await sql<{ content: string }>(
      this.dataSource,
      'SELECT content FROM effects.kept_results WHERE call_id = $1 AND hash = $2 AND tenant = $3',
      [callId, hash, tenant],
    );
    return row?.content;
  }

  /** Of calls that the ledger no longer has: it keeps each for longer than this many days. @returns how many */
  async forgetOld(days: number): Promise<number> {
    const gone = await sql(
      this.dataSource,
      `DELETE FROM effects.kept_results k WHERE k.kept_at < clock_timestamp() - $1 * interval '1 day'
         AND NOT EXISTS (SELECT 1 FROM effects.calls c WHERE c.call_id = k.call_id) RETURNING k.call_id`,
      [days],
    );
    return gone.length;
  }
}
