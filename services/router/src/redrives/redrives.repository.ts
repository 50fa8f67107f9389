import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';

export interface LetterKey {
  tenant: string;
  kind: string;
  id: string;
}

export interface RedriveRow extends LetterKey {
  run_id: string;
  actor: string;
  redriven_at: Date;
}

const COLUMNS = 'tenant, kind, id, run_id, actor, redriven_at';

/** registry.redrives. */
@Injectable()
export class RedrivesRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** In the transaction of `manager`, where one is given. */
  async mark({ tenant, kind, id }: LetterKey, runId: string, actor: string, manager?: EntityManager): Promise<void> {
    await sql(
      manager ?? this.dataSource,
      `INSERT INTO registry.redrives (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, now())
       ON CONFLICT (tenant, kind, id)
       DO UPDATE SET run_id = excluded.run_id, actor = excluded.actor, redriven_at = excluded.redriven_at`,
      [tenant, kind, id, runId, actor],
    );
  }

  /** By `keyText`. */
  async find(keys: readonly LetterKey[]): Promise<Map<string, RedriveRow>> {
    if (keys.length === 0) return new Map();
    const rows = await sql<RedriveRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.redrives
       WHERE (tenant, kind, id) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))`,
      [keys.map(({ tenant }) => tenant), keys.map(({ kind }) => kind), keys.map(({ id }) => id)],
    );
    return new Map(rows.map((row) => [keyText(row), row]));
  }

  /** The run that was made of a failed one; empty where it was not redriven. */
  async redrivenAs(tenant: string, runId: string): Promise<string> {
    const key = { tenant, kind: 'run', id: runId };
    return (await this.find([key])).get(keyText(key))?.run_id ?? '';
  }
}

/** No part has a dot: all are subject tokens. */
export function keyText({ tenant, kind, id }: LetterKey): string {
  return `${tenant}.${kind}.${id}`;
}
