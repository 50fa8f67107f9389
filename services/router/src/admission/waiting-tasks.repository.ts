import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import { UNDISPATCHED_AFTER_MS } from '../tasks/tasks.repository.js';
import type { Waiting } from './fair-shares.js';

/** What is waiting, for people. */
export interface QueueRow {
  backend: string;
  tenant: string;
  priority: number;
  waiting: number;
  oldest: Date;
}

/** A task that may be dispatched. */
export interface AdmittedTask {
  tenant: string;
  run_id: string;
  priority: number;
}

const WAITS = 'waiting_since IS NOT NULL AND ended_at IS NULL';

/** Tasks in registry.tasks that are kept back. Everything here reads the index `tasks_waiting`, which is empty where nothing waits. */
@Injectable()
export class WaitingTasksRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Backends for which anything waits: one look into the index for each. */
  async backends(): Promise<string[]> {
    const rows = await sql<{ backend: string }>(
      this.dataSource,
      `WITH RECURSIVE found AS (
         (SELECT backend FROM registry.tasks WHERE ${WAITS} ORDER BY backend LIMIT 1)
         UNION ALL
         SELECT (SELECT t.backend FROM registry.tasks t WHERE t.backend > f.backend AND ${WAITS} ORDER BY t.backend LIMIT 1)
         FROM found f WHERE f.backend IS NOT NULL)
       SELECT backend FROM found WHERE backend IS NOT NULL`,
      [],
      { name: 'waiting_backends' },
    );
    return rows.map(({ backend }) => backend);
  }

  /**
   * One router at a time for a backend, or two would fill the same room twice. The lock goes with the transaction, and so
   * with a router that dies. Where another one is at it, nothing is admitted.
   */
  exclusively(backend: string, work: (manager: EntityManager) => Promise<AdmittedTask[]>): Promise<AdmittedTask[]> {
    return inTransaction(this.dataSource, async (manager) => {
      const [lock] = await sql<{ led: boolean }>(
        manager,
        'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7401)) AS led',
        [backend],
      );
      return lock?.led ? work(manager) : [];
    });
  }

  /** Who waits for a backend, and with how many, of which no more than `most` are counted. A few looks for each tenant. */
  of(manager: EntityManager, backend: string, most: number): Promise<Waiting[]> {
    return sql<Waiting>(
      manager,
      `WITH RECURSIVE found AS (
         (SELECT priority, tenant FROM registry.tasks WHERE backend = $1 AND ${WAITS} ORDER BY priority, tenant LIMIT 1)
         UNION ALL
         SELECT n.priority, n.tenant FROM found f CROSS JOIN LATERAL (
           SELECT t.priority, t.tenant FROM registry.tasks t
           WHERE t.backend = $1 AND (t.priority, t.tenant) > (f.priority, f.tenant) AND ${WAITS}
           ORDER BY t.priority, t.tenant LIMIT 1) n)
       SELECT f.priority, f.tenant, (
         SELECT count(*)::int FROM (
           SELECT 1 FROM registry.tasks t
           WHERE t.backend = $1 AND t.priority = f.priority AND t.tenant = f.tenant AND ${WAITS} LIMIT $2) c) AS count
       FROM found f`,
      [backend, most],
      { name: 'waiting_tenants' },
    );
  }

  /**
   * Admits so many of each, those that wait the longest, and gives them in that order. What another router has in hand is passed over. A
   * router that dies before it has published leaves tasks that nobody reported as dispatched: the reconciler finds them.
   */
  async admit(manager: EntityManager, backend: string, shares: readonly Waiting[]): Promise<AdmittedTask[]> {
    const admitted = await sql<AdmittedTask & { waiting_since: Date }>(
      manager,
      `WITH picked AS MATERIALIZED (
         SELECT p.run_id, p.waiting_since FROM unnest($2::smallint[], $3::text[], $4::int[]) AS s (priority, tenant, n)
         CROSS JOIN LATERAL (
           SELECT t.run_id, t.waiting_since FROM registry.tasks t
           WHERE t.backend = $1 AND t.priority = s.priority AND t.tenant = s.tenant AND ${WAITS}
           ORDER BY t.waiting_since LIMIT s.n FOR NO KEY UPDATE SKIP LOCKED) p)
       UPDATE registry.tasks t SET waiting_since = NULL, next_check_at = now() + $5 * interval '1 millisecond'
       FROM picked WHERE t.run_id = picked.run_id RETURNING t.tenant, t.run_id, t.priority, picked.waiting_since`,
      [
        backend,
        shares.map(({ priority }) => priority),
        shares.map(({ tenant }) => tenant),
        shares.map(({ count }) => count),
        UNDISPATCHED_AFTER_MS,
      ],
      { name: 'waiting_admit' },
    );
    return admitted.sort((a, b) => a.waiting_since.getTime() - b.waiting_since.getTime());
  }

  /** @param tenant '' for all */
  queues(tenant: string): Promise<QueueRow[]> {
    return sql<QueueRow>(
      this.dataSource,
      `SELECT backend, tenant, priority, count(*)::int AS waiting, min(waiting_since) AS oldest
       FROM registry.tasks WHERE ${WAITS} AND ($1 = '' OR tenant = $1)
       GROUP BY backend, tenant, priority ORDER BY backend, priority DESC, tenant`,
      [tenant],
    );
  }
}
