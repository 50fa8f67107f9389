import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { capacityOf, waitMs, type RateLevel, type RateLimits } from './token-bucket.js';

/** $2 and $3 are the limits a minute, $4 and $5 the full bucket, $6 the tokens. The clock is the database's, one for all. */
const ELAPSED = `extract(epoch FROM greatest(now() - r.refilled_at, interval '0'))::float8`;
const TOKENS = `CASE WHEN $2::float8 = 0 THEN 0 ELSE least($4::float8, r.tokens + ${ELAPSED} * $2::float8 / 60) END`;
const REQUESTS = `CASE WHEN $3::float8 = 0 THEN 0 ELSE least($5::float8, r.requests + ${ELAPSED} * $3::float8 / 60) END`;

const TAKE = `
INSERT INTO journal.rates AS r (backend, tokens, requests, refilled_at)
VALUES ($1, CASE WHEN $2::float8 = 0 THEN 0 ELSE $4::float8 - $6::float8 END,
        CASE WHEN $3::float8 = 0 THEN 0 ELSE $5::float8 - 1 END, now())
ON CONFLICT (backend) DO UPDATE SET
  tokens = CASE WHEN $2::float8 = 0 THEN 0 ELSE ${TOKENS} - $6::float8 END,
  requests = CASE WHEN $3::float8 = 0 THEN 0 ELSE ${REQUESTS} - 1 END,
  refilled_at = greatest(r.refilled_at, now())
WHERE ($2::float8 = 0 OR ${TOKENS} >= least($6::float8, $4::float8)) AND ($3::float8 = 0 OR ${REQUESTS} >= 1)
RETURNING r.backend`;

const LEVEL = `SELECT ${TOKENS} AS tokens, ${REQUESTS} AS requests FROM journal.rates r WHERE r.backend = $1`;

/** Token buckets of backends, and the one request at a time that probes a backend whose circuit is half open. */
export class RateStore {
  constructor(private readonly dataSource: DataSource) {}

  /** 0 where the request may be sent, and was counted; else how long to wait before asking again, in milliseconds. */
  async take(backend: string, limits: RateLimits, tokens: number): Promise<number> {
    const full = capacityOf(limits);
    const { tokensPerMinute, requestsPerMinute } = limits;
    const parameters = [backend, tokensPerMinute, requestsPerMinute, full.tokens, full.requests];
    const taken = await sql(this.dataSource, TAKE, [...parameters, tokens], { name: 'rates_take' });
    if (taken.length > 0) return 0;
    const [level] = await sql<RateLevel>(this.dataSource, LEVEL, parameters, { name: 'rates_level' });
    return level ? Math.max(1, waitMs(level, tokens, limits)) : 1;
  }

  /** Gives back tokens that were taken and not used; takes more where the number is negative. */
  async giveBack(backend: string, tokens: number): Promise<void> {
    const text = 'UPDATE journal.rates SET tokens = tokens + $2 WHERE backend = $1';
    if (tokens !== 0) await sql(this.dataSource, text, [backend, tokens], { name: 'rates_give_back' });
  }

  /** True where nobody probes the backend: `by` does then, for so many milliseconds at most. */
  async takeProbe(backend: string, by: string, ms: number): Promise<boolean> {
    const rows = await sql(
      this.dataSource,
      `INSERT INTO journal.rates AS r (backend, tokens, requests, refilled_at, probe_by, probe_until)
       VALUES ($1, 0, 0, now(), $2, now() + $3 * interval '1 millisecond')
       ON CONFLICT (backend) DO UPDATE SET probe_by = excluded.probe_by, probe_until = excluded.probe_until
       WHERE r.probe_until IS NULL OR r.probe_until < now() RETURNING r.backend`,
      [backend, by, ms],
    );
    return rows.length > 0;
  }

  /** Another may probe at once. */
  async releaseProbe(backend: string, by: string): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE journal.rates SET probe_by = '', probe_until = NULL WHERE backend = $1 AND probe_by = $2`,
      [backend, by],
    );
  }
}
