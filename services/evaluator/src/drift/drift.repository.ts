import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';
import { CAUSES, type DriftCause, type DriftKind, type NewDrift } from './drift.js';

export interface DriftRow {
  id: string;
  tenant: string;
  backend: string;
  kind: DriftKind;
  cause: DriftCause;
  before: string;
  after: string;
  noticed_at: Date;
  changed_after: Date;
  changed_before: Date;
  watch: string;
  status: string;
  evidence: JsonObject;
  certificates: string[];
  acknowledged_at: Date | null;
  acknowledged_by: string;
  note: string;
  times: number;
}

export interface DriftFilter {
  backend: string;
  status: string;
  /** An id; findings that are older. */
  after: string;
  limit: number;
}

const COLUMNS = `id, tenant, backend, kind, cause, before, after, noticed_at, changed_after, changed_before, watch, status, evidence, certificates,
  acknowledged_at, acknowledged_by, note, times`;
/** Findings that the lives of configurations are ended by. */
const MOST = 10_000;

/** What was found to have drifted. */
@Injectable()
export class DriftRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** One change is one row while it is open, and counts how often it was noticed. @returns its id, and whether it is new */
  async add(on: EntityManager, id: string, drift: NewDrift, at: Date): Promise<{ id: string; isNew: boolean }> {
    const { tenant, backend, kind, before, after, changedAfter, changedBefore, watch, evidence } = drift;
    const [row] = await sql<{ id: string; times: number }>(
      on,
      `INSERT INTO evaluation.drift_findings AS f (tenant, id, backend, kind, cause, before, after, noticed_at, changed_after, changed_before,
         watch, status, evidence, certificates, acknowledged_by, note, times)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', $12::json, '{}', '', '', 1)
       ON CONFLICT (tenant, backend, kind, before, after) WHERE status = 'open' DO UPDATE SET times = f.times + 1
       RETURNING id, times`,
      [
        ...[tenant, id, backend, kind, CAUSES[kind], before, after, at, changedAfter, changedBefore],
        ...[watch, JSON.stringify(evidence)],
      ],
    );
    return { id: row?.id ?? id, isNew: row?.id === id };
  }

  async expired(on: EntityManager, tenant: string, id: string, certificates: readonly string[]): Promise<void> {
    if (certificates.length === 0) return;
    await sql(
      on,
      'UPDATE evaluation.drift_findings SET certificates = certificates || $3::text[] WHERE tenant = $1 AND id = $2',
      [tenant, id, certificates],
    );
  }

  async find(tenant: string, id: string): Promise<DriftRow | undefined> {
    const [row] = await sql<DriftRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.drift_findings WHERE tenant = $1 AND id = $2`,
      [tenant, id],
    );
    return row;
  }

  /** Newest first: ids sort by time. */
  list(tenant: string, { backend, status, after, limit }: DriftFilter): Promise<DriftRow[]> {
    return sql<DriftRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.drift_findings
       WHERE tenant = $1 AND ($2 = '' OR backend = $2) AND ($3 = '' OR status = $3) AND ($4 = '' OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [tenant, backend, status, after, limit],
    );
  }

  /** All of a tenant by the time of the change, for the lives of configurations. */
  changes(
    tenant: string,
  ): Promise<Pick<DriftRow, 'backend' | 'kind' | 'cause' | 'changed_after' | 'changed_before'>[]> {
    return sql(
      this.dataSource,
      `SELECT backend, kind, cause, changed_after, changed_before FROM evaluation.drift_findings WHERE tenant = $1
       ORDER BY changed_before LIMIT ${MOST}`,
      [tenant],
    );
  }

  async acknowledge(
    tenant: string,
    id: string,
    { by, note, at }: { by: string; note: string; at: Date },
  ): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE evaluation.drift_findings SET status = 'acknowledged', acknowledged_at = $3, acknowledged_by = $4, note = $5
       WHERE tenant = $1 AND id = $2 AND status = 'open'`,
      [tenant, id, at, by, note],
    );
  }
}
