import { Inject, Injectable } from '@nestjs/common';
import { fromStore, ToolResultSchema, toWire, type JsonValue, type ToolResult } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

/** What all hosts are held to together. */
@Injectable()
export class LimitsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Takes one of `places` for a call until `holdMs` from now, or false. A call that has one keeps it. */
  async takePlace(tool: string, callId: string, places: number, holdMs: number): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      // One after the other, or two would count the same free place.
      await sql(manager, "SELECT pg_advisory_xact_lock(hashtextextended('tool_leases/' || $1, 0))", [tool]);
      await sql(manager, 'DELETE FROM effects.tool_leases WHERE tool = $1 AND until < clock_timestamp()', [tool]);
      const rows = await sql(
        manager,
        `INSERT INTO effects.tool_leases (tool, call_id, until)
         SELECT $1, $2, clock_timestamp() + $4::double precision * interval '1 millisecond'
         WHERE (SELECT count(*) FROM effects.tool_leases WHERE tool = $1 AND call_id <> $2) < $3
         ON CONFLICT (tool, call_id) DO UPDATE SET until = excluded.until
         RETURNING tool`,
        [tool, callId, places, holdMs],
      );
      return rows.length > 0;
    });
  }

  async leavePlace(tool: string, callId: string): Promise<void> {
    await sql(this.dataSource, 'DELETE FROM effects.tool_leases WHERE tool = $1 AND call_id = $2', [tool, callId]);
  }

  /**
   * Takes a token of a bucket that fills with `perMinute`, evenly, and holds a tenth of that.
   *
   * @returns 0 where one was taken, else in how many milliseconds there is one
   */
  async takeToken(tool: string, perMinute: number): Promise<number> {
    const most = Math.max(1, perMinute / 10);
    return inTransaction(this.dataSource, async (manager) => {
      await sql(
        manager,
        `INSERT INTO effects.tool_rates (tool, tokens, filled_at) VALUES ($1, $2, clock_timestamp())
         ON CONFLICT (tool) DO NOTHING`,
        [tool, most],
      );
      const [row] = await sql<{ tokens: number }>(
        manager,
        `WITH bucket AS (
           SELECT LEAST($2, tokens + EXTRACT(EPOCH FROM clock_timestamp() - filled_at)::double precision * $3 / 60) AS tokens
           FROM effects.tool_rates WHERE tool = $1 FOR UPDATE)
         UPDATE effects.tool_rates AS r
         SET tokens = b.tokens - CASE WHEN b.tokens >= 1 THEN 1 ELSE 0 END, filled_at = clock_timestamp()
         FROM bucket b WHERE r.tool = $1 RETURNING b.tokens`,
        [tool, most, perMinute],
      );
      const tokens = row?.tokens ?? 0;
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 60_000) / perMinute);
    });
  }

  async cached(key: string): Promise<ToolResult | undefined> {
    const [row] = await sql<{ result: JsonValue }>(
      this.dataSource,
      'SELECT result FROM effects.tool_cache WHERE key = $1 AND until > clock_timestamp()',
      [key],
    );
    return row && fromStore(ToolResultSchema, row.result);
  }

  async cache(key: string, result: ToolResult, seconds: number): Promise<void> {
    await sql(
      this.dataSource,
      `INSERT INTO effects.tool_cache (key, result, until)
       VALUES ($1, $2::jsonb, clock_timestamp() + $3::double precision * interval '1 second')
       ON CONFLICT (key) DO UPDATE SET result = excluded.result, until = excluded.until`,
      [key, JSON.stringify(toWire(ToolResultSchema, result)), seconds],
    );
  }

  /** Results that are no longer given. */
  async forgetOld(): Promise<void> {
    await sql(this.dataSource, 'DELETE FROM effects.tool_cache WHERE until < clock_timestamp()');
  }
}
