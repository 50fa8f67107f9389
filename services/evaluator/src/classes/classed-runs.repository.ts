import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

export interface ClassedRun {
  runId: string;
  taskClass: string;
  classBy: string;
}

/** Recorded runs and their classes. */
@Injectable()
export class ClassedRunsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Those whose task does not name its class, the oldest first: ids of runs begin with their time. */
  page(tenant: string, agent: string, after: string, limit: number): Promise<ClassedRun[]> {
    return sql<ClassedRun>(
      this.dataSource,
      `SELECT run_id AS "runId", task_class AS "taskClass", class_by AS "classBy" FROM evaluation.outcomes
       WHERE tenant = $1 AND ($2 = '' OR agent = $2) AND run_id > $3 AND (class_by <> '' OR task_class = '')
       ORDER BY run_id LIMIT $4`,
      [tenant, agent, after, limit],
    );
  }

  /** @returns how many changed: what has its class already, or by its task, stays */
  async keep(tenant: string, runs: readonly ClassedRun[]): Promise<number> {
    const changed = await sql(
      this.dataSource,
      `UPDATE evaluation.outcomes o SET task_class = n.task_class, class_by = n.class_by
       FROM unnest($2::text[], $3::text[], $4::text[]) AS n (run_id, task_class, class_by)
       WHERE o.tenant = $1 AND o.run_id = n.run_id AND (o.class_by <> '' OR o.task_class = '')
         AND (o.task_class, o.class_by) IS DISTINCT FROM (n.task_class, n.class_by)
       RETURNING o.run_id`,
      [tenant, runs.map(({ runId }) => runId), runs.map((run) => run.taskClass), runs.map((run) => run.classBy)],
    );
    return changed.length;
  }

  /** The newest first. */
  async newest(tenant: string, agent: string, limit: number): Promise<string[]> {
    const rows = await sql<{ run_id: string }>(
      this.dataSource,
      `SELECT run_id FROM evaluation.outcomes WHERE tenant = $1 AND agent = $2 ORDER BY run_id DESC LIMIT $3`,
      [tenant, agent, limit],
    );
    return rows.map(({ run_id }) => run_id);
  }
}
