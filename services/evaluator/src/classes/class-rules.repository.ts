import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

export interface ClassRulesRow {
  agent: string;
  number: number;
  version: string;
  definition: JsonObject;
  created_at: Date;
  created_by: string;
}

export interface NewClassRules {
  tenant: string;
  /** Empty: of every agent. */
  agent: string;
  version: string;
  definition: JsonObject;
  at: Date;
  by: string;
}

const COLUMNS = 'agent, number, version, definition, created_at, created_by';

/** Rules of classes: added, never changed. */
@Injectable()
export class ClassRulesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @returns what holds now, and whether that is new: the rules that hold already are not added again */
  add({
    tenant,
    agent,
    version,
    definition,
    at,
    by,
  }: NewClassRules): Promise<{ row: ClassRulesRow; changed: boolean }> {
    return inTransaction(this.dataSource, async (manager) => {
      // Numbers are given one after the other: rules that are new have no row to lock yet.
      await sql(
        manager,
        `SELECT pg_advisory_xact_lock(hashtextextended('evaluation.class_rules ' || $1 || ' ' || $2, 0))`,
        [tenant, agent],
      );
      const [held] = await sql<ClassRulesRow>(
        manager,
        `SELECT ${COLUMNS} FROM evaluation.class_rules WHERE tenant = $1 AND agent = $2 ORDER BY number DESC LIMIT 1`,
        [tenant, agent],
      );
      if (held?.version === version) return { row: held, changed: false };
      const row = { agent, number: (held?.number ?? 0) + 1, version, definition, created_at: at, created_by: by };
      await sql(
        manager,
        `INSERT INTO evaluation.class_rules (tenant, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5::json, $6, $7)`,
        [tenant, agent, row.number, version, JSON.stringify(definition), at, by],
      );
      return { row, changed: true };
    });
  }

  /** What holds now, of every agent of the tenant and of all of them. */
  current(tenant: string): Promise<ClassRulesRow[]> {
    return sql<ClassRulesRow>(
      this.dataSource,
      `SELECT DISTINCT ON (agent) ${COLUMNS} FROM evaluation.class_rules WHERE tenant = $1 ORDER BY agent, number DESC`,
      [tenant],
      { name: 'evaluator_class_rules' },
    );
  }

  /** All that ever held of one agent, the newest first. */
  history(tenant: string, agent: string, limit: number): Promise<ClassRulesRow[]> {
    return sql<ClassRulesRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.class_rules WHERE tenant = $1 AND agent = $2 ORDER BY number DESC LIMIT $3`,
      [tenant, agent, limit],
    );
  }
}
