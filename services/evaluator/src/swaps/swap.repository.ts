import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';
import type { Swap } from './swap.js';

export interface Step {
  act: string;
  at: Date;
  actor: string;
  note: string;
  refs: Record<string, string>;
}

export interface SwapFilter {
  agent: string;
  status: string;
  /** An id; swaps that are older. */
  after: string;
  limit: number;
}

/** What a step changes of a swap. */
export type SwapChange = Partial<
  Pick<
    Swap,
    | 'status'
    | 'reason'
    | 'baseline'
    | 'candidate'
    | 'evaluations'
    | 'verdict'
    | 'comparisons'
    | 'certificate'
    | 'rollout'
    | 'endedAt'
    | 'stopBy'
    | 'stopReason'
    | 'approvedBy'
    | 'approvedAt'
  >
>;

const COLUMNS = `id, tenant, agent, status, reason, baseline, candidate, definition, plan, evaluations, verdict, comparisons, certificate,
  rollout, estimate, started_by AS "startedBy", started_at AS "startedAt", ended_at AS "endedAt", stop_by AS "stopBy",
  stop_reason AS "stopReason", approved_by AS "approvedBy", approved_at AS "approvedAt", revision`;

/** Swaps and their steps: a swap is never changed without a step that says so. */
@Injectable()
export class SwapRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** With its first step. @returns whether it was made: there is one under way for the agent otherwise */
  create(swap: Swap, step: Step): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const made = await sql(
        manager,
        `INSERT INTO evaluation.swaps (id, tenant, agent, status, baseline, candidate, definition, plan, evaluations, comparisons, estimate,
           started_by, started_at, revision)
         VALUES ($1, $2, $3, $4, $5::json, $6::json, $7::json, $8::json, '[]', '[]', $9::json, $10, $11, 1)
         ON CONFLICT (tenant, agent) WHERE ended_at IS NULL DO NOTHING RETURNING id`,
        [
          ...[swap.id, swap.tenant, swap.agent, swap.status, JSON.stringify(swap.baseline)],
          ...[JSON.stringify(swap.candidate), swap.definition && JSON.stringify(swap.definition)],
          ...[JSON.stringify(swap.plan), JSON.stringify(swap.estimate), swap.startedBy, swap.startedAt],
        ],
      );
      if (made.length > 0) await addStep(manager, swap.id, 1, step);
      return made.length > 0;
    });
  }

  /**
   * Records a step with what it changes, unless another one was recorded since the swap was read.
   *
   * @returns whether it was recorded
   */
  record({ id, revision }: Pick<Swap, 'id' | 'revision'>, change: SwapChange, step: Step): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const entries = Object.entries(change).map(
        ([key, value]) => [COLUMN_OF[key as keyof SwapChange], value] as const,
      );
      const sets = entries.map(
        ([column], index) => `${column} = $${index + 3}${JSON_COLUMNS.has(column) ? '::json' : ''}`,
      );
      const changed = await sql(
        manager,
        `UPDATE evaluation.swaps SET ${['revision = revision + 1', ...sets].join(', ')} WHERE id = $1 AND revision = $2 RETURNING id`,
        [id, revision, ...entries.map(([column, value]) => parameterOf(column, value))],
      );
      if (changed.length > 0) await addStep(manager, id, revision + 1, step);
      return changed.length > 0;
    });
  }

  async find(tenant: string, id: string): Promise<Swap | undefined> {
    const where = `SELECT ${COLUMNS} FROM evaluation.swaps WHERE tenant = $1 AND id = $2`;
    return (await sql<Swap>(this.dataSource, where, [tenant, id]))[0];
  }

  async underWay(tenant: string, agent: string): Promise<Swap | undefined> {
    const where = `SELECT ${COLUMNS} FROM evaluation.swaps WHERE tenant = $1 AND agent = $2 AND ended_at IS NULL`;
    return (await sql<Swap>(this.dataSource, where, [tenant, agent]))[0];
  }

  /** Newest first: ids sort by time. */
  list(tenant: string, { agent, status, after, limit }: SwapFilter): Promise<Swap[]> {
    return sql<Swap>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.swaps
       WHERE tenant = $1 AND ($2 = '' OR agent = $2) AND ($3 = '' OR status = $3) AND ($4 = '' OR id < $4) ORDER BY id DESC LIMIT $5`,
      [tenant, agent, status, after, limit],
    );
  }

  /** Of all tenants, for the keeper. */
  async allUnderWay(): Promise<Pick<Swap, 'tenant' | 'id'>[]> {
    return sql(this.dataSource, `SELECT tenant, id FROM evaluation.swaps WHERE ended_at IS NULL ORDER BY id`);
  }

  steps(id: string): Promise<Step[]> {
    return sql<Step>(
      this.dataSource,
      'SELECT act, at, actor, note, refs FROM evaluation.swap_steps WHERE swap_id = $1 ORDER BY position',
      [id],
    );
  }
}

const COLUMN_OF: Record<keyof SwapChange, string> = {
  status: 'status',
  reason: 'reason',
  baseline: 'baseline',
  candidate: 'candidate',
  evaluations: 'evaluations',
  verdict: 'verdict',
  comparisons: 'comparisons',
  certificate: 'certificate',
  rollout: 'rollout',
  endedAt: 'ended_at',
  stopBy: 'stop_by',
  stopReason: 'stop_reason',
  approvedBy: 'approved_by',
  approvedAt: 'approved_at',
};
const JSON_COLUMNS = new Set(['baseline', 'candidate', 'evaluations', 'comparisons']);

function parameterOf(column: string, value: SwapChange[keyof SwapChange]): string | Date | null {
  if (JSON_COLUMNS.has(column)) return JSON.stringify(value);
  return value instanceof Date || typeof value === 'string' ? value : null;
}

async function addStep(manager: EntityManager, id: string, position: number, step: Step): Promise<void> {
  const { act, at, actor, note, refs } = step;
  await sql(
    manager,
    `INSERT INTO evaluation.swap_steps (swap_id, position, act, at, actor, note, refs) VALUES ($1, $2, $3, $4, $5, $6, $7::json)`,
    [id, position, act, at, actor, note, JSON.stringify(refs)],
  );
}
