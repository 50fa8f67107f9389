import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

export interface RecordedFilter {
  agent: string;
  /** Empty: any. */
  taskClass: string;
  /** Undefined: from the beginning. */
  since: Date | undefined;
  /** Only older runs; empty: from the newest. */
  before: string;
  limit: number;
}

/** Reads from the record which runs can be replayed. */
@Injectable()
export class ReplayRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Ids of runs that completed and were no replays themselves, the newest first: they begin with their time. */
  async completed(tenant: string, { agent, taskClass, since, before, limit }: RecordedFilter): Promise<string[]> {
    const rows = await sql<{ run_id: string }>(
      this.dataSource,
      `SELECT run_id FROM evaluation.outcomes
       WHERE tenant = $1 AND agent = $2 AND status = 'completed' AND NOT replayed AND ($3 = '' OR task_class = $3)
         AND ($4::timestamptz IS NULL OR ended_at >= $4) AND ($5 = '' OR run_id < $5)
       ORDER BY run_id DESC LIMIT $6`,
      [tenant, agent, taskClass, since ?? null, before, limit],
    );
    return rows.map(({ run_id }) => run_id);
  }
}
