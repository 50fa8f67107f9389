import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import type { SealedSecret } from './secret-box.js';

/** A secret as it lies in the table. */
export interface SecretRow {
  tenant: string;
  name: string;
  used_by: string[];
  pools: string[];
  sealed: SealedSecret;
  revision: number;
  updated_at: Date;
  updated_by: string;
}

export type NewSecret = Pick<SecretRow, 'tenant' | 'name' | 'used_by' | 'pools' | 'sealed' | 'updated_by'>;

/** Of a tenant: every host has them all in hand, sealed. */
const MAX_SECRETS = 1_000;

/** What a row is sealed for. Whoever changes in the table what may use a secret makes it unreadable. */
export function contextOf({
  tenant,
  name,
  used_by,
  pools,
}: Pick<SecretRow, 'tenant' | 'name' | 'used_by' | 'pools'>): string {
  return JSON.stringify(['secret', tenant, name, used_by, pools]);
}

@Injectable()
export class SecretsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  list(): Promise<SecretRow[]> {
    return sql<SecretRow>(this.dataSource, 'SELECT * FROM effects.secrets ORDER BY tenant, name');
  }

  /** In the place of what was there. @throws SwitchyardError `secrets.too_many` */
  async set({ tenant, name, used_by, pools, sealed, updated_by }: NewSecret): Promise<SecretRow> {
    const [row] = await sql<SecretRow>(
      this.dataSource,
      `INSERT INTO effects.secrets AS s (tenant, name, used_by, pools, sealed, revision, updated_at, updated_by)
       SELECT $1, $2, $3::text[], $4::text[], $5::jsonb, 1, clock_timestamp(), $6
       WHERE (SELECT count(*) FROM effects.secrets o WHERE o.tenant = $1 AND o.name <> $2) < ${MAX_SECRETS}
       ON CONFLICT (tenant, name) DO UPDATE
       SET used_by = excluded.used_by, pools = excluded.pools, sealed = excluded.sealed, revision = s.revision + 1,
           updated_at = excluded.updated_at, updated_by = excluded.updated_by
       RETURNING *`,
      [tenant, name, used_by, pools, JSON.stringify(sealed), updated_by],
    );
    if (row) return row;
    throw new SwitchyardError(
      'secrets.too_many',
      `There are ${MAX_SECRETS} secrets, and there may be no more. Remove some that nothing uses: \`switchyard secrets list\`.`,
    );
  }

  /** Puts a row under another key; false where it was set or rewrapped meanwhile. What it holds is the same, and nobody connects anew. */
  async rewrap({ tenant, name, revision, sealed: before }: SecretRow, sealed: SealedSecret): Promise<boolean> {
    const rows = await sql(
      this.dataSource,
      `UPDATE effects.secrets SET sealed = $4::jsonb
       WHERE tenant = $1 AND name = $2 AND revision = $3 AND sealed->>'wrapped' = $5 RETURNING name`,
      [tenant, name, revision, JSON.stringify(sealed), before.wrapped],
    );
    return rows.length > 0;
  }

  /** False where there is none. */
  async remove(tenant: string, name: string): Promise<boolean> {
    const rows = await sql(
      this.dataSource,
      'DELETE FROM effects.secrets WHERE tenant = $1 AND name = $2 RETURNING name',
      [tenant, name],
    );
    return rows.length > 0;
  }
}
