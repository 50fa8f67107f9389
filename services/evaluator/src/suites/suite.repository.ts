import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

export interface SuiteRow {
  tenant: string;
  name: string;
  version: string;
  number: number;
  cases: number;
  created_at: Date;
  created_by: string;
  /** Absent in lists. */
  definition?: JsonObject;
}

export interface NewSuite {
  tenant: string;
  name: string;
  version: string;
  definition: JsonObject;
  cases: number;
  at: Date;
  by: string;
}

const COLUMNS = 'tenant, name, version, number, cases, created_at, created_by';

/** Versions of suites: added, never changed. */
@Injectable()
export class SuiteRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @returns whether it is new */
  add({ tenant, name, version, definition, cases, at, by }: NewSuite): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      // Numbers are given one after the other: a suite that is new has no row to lock yet.
      await sql(manager, `SELECT pg_advisory_xact_lock(hashtextextended('evaluation.suites ' || $1 || ' ' || $2, 0))`, [
        tenant,
        name,
      ]);
      const added = await sql(
        manager,
        `INSERT INTO evaluation.suites (tenant, name, version, number, definition, cases, created_at, created_by)
         SELECT $1, $2, $3, coalesce(max(number), 0) + 1, $4::json, $5, $6, $7 FROM evaluation.suites WHERE tenant = $1 AND name = $2
         ON CONFLICT (tenant, name, version) DO NOTHING RETURNING number`,
        [tenant, name, version, JSON.stringify(definition), cases, at, by],
      );
      return added.length > 0;
    });
  }

  /** @param version a number, a content address or its beginning; the newest where empty. At most two: a beginning may be of several. */
  find(tenant: string, name: string, version: string): Promise<SuiteRow[]> {
    const isNumber = /^\d{1,9}$/.test(version);
    return sql<SuiteRow>(
      this.dataSource,
      `SELECT ${COLUMNS}, definition FROM evaluation.suites
       WHERE tenant = $1 AND name = $2 AND ($3 = '' OR number = $4 OR starts_with(version, $5))
       ORDER BY number DESC LIMIT ${version === '' ? 1 : 2}`,
      [tenant, name, version, isNumber ? Number(version) : 0, isNumber ? 'sha256:none' : withAlgorithm(version)],
    );
  }

  /** The newest of each suite; of one, all its versions. */
  list(tenant: string, name: string, limit: number): Promise<SuiteRow[]> {
    return sql<SuiteRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM evaluation.suites s
       WHERE tenant = $1 AND CASE WHEN $2 = ''
         THEN number = (SELECT max(number) FROM evaluation.suites n WHERE n.tenant = s.tenant AND n.name = s.name)
         ELSE name = $2 END
       ORDER BY created_at DESC, name, number DESC LIMIT $3`,
      [tenant, name, limit],
    );
  }
}

function withAlgorithm(version: string): string {
  return version.startsWith('sha256:') ? version : `sha256:${version}`;
}
