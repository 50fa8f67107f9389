import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { WatchTest } from './judge-turns.js';

export interface WatchRow {
  tenant: string;
  name: string;
  backend: string;
  agent: string;
  suite: string;
  suite_version: string;
  every_seconds: number;
  max_cost_usd: number;
  tests: WatchTest[];
  created_at: Date;
  created_by: string;
  next_at: Date;
  /** Of the 24 hours before the moment that was asked for. */
  spent_usd: number;
}

export interface NewWatch {
  tenant: string;
  name: string;
  backend: string;
  agent: string;
  suite: string;
  suiteVersion: string;
  everySeconds: number;
  maxCostUsd: number;
  tests: readonly WatchTest[];
  at: Date;
  by: string;
}

const COLUMNS = `w.tenant, w.name, w.backend, w.agent, w.suite, w.suite_version, w.every_seconds, w.max_cost_usd, w.tests, w.created_at,
  w.created_by, w.next_at`;
/** US dollars of the 24 hours before $2. */
const SPENT = `(SELECT coalesce(sum(t.cost_usd), 0) FROM evaluation.watch_turns t
  WHERE t.tenant = w.tenant AND t.watch = w.name AND t.began_at > $2::timestamptz - interval '24 hours') AS spent_usd`;

/** What is watched. */
@Injectable()
export class WatchRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Due at once. @returns whether there was none of this name */
  async add(watch: NewWatch): Promise<boolean> {
    const { tenant, name, backend, agent, suite, suiteVersion, everySeconds, maxCostUsd, tests, at, by } = watch;
    const added = await sql(
      this.dataSource,
      `INSERT INTO evaluation.watches (tenant, name, backend, agent, suite, suite_version, every_seconds, max_cost_usd, tests, created_at,
         created_by, next_at, turns)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, 0) ON CONFLICT DO NOTHING RETURNING name`,
      [tenant, name, backend, agent, suite, suiteVersion, everySeconds, maxCostUsd, tests, at, by],
    );
    return added.length > 0;
  }

  async find(tenant: string, name: string, now: Date): Promise<WatchRow | undefined> {
    const [row] = await sql<WatchRow>(
      this.dataSource,
      `SELECT ${COLUMNS}, ${SPENT} FROM evaluation.watches w WHERE w.tenant = $1 AND w.name = $3`,
      [tenant, now, name],
    );
    return row;
  }

  /** By name. */
  list(tenant: string, now: Date): Promise<WatchRow[]> {
    return sql<WatchRow>(
      this.dataSource,
      `SELECT ${COLUMNS}, ${SPENT} FROM evaluation.watches w WHERE w.tenant = $1 ORDER BY w.name`,
      [tenant, now],
    );
  }

  /** Makes its next turn due. */
  async hurry(tenant: string, name: string, now: Date): Promise<void> {
    await sql(
      this.dataSource,
      'UPDATE evaluation.watches SET next_at = least(next_at, $3) WHERE tenant = $1 AND name = $2',
      [tenant, name, now],
    );
  }

  /** With its turns; what it found stays. */
  async remove(tenant: string, name: string): Promise<void> {
    await sql(this.dataSource, 'DELETE FROM evaluation.watches WHERE tenant = $1 AND name = $2', [tenant, name]);
  }
}
