import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

/** A row of registry.api_keys, without the hash. */
export interface KeyRow {
  tenant: string;
  id: string;
  name: string;
  scopes: string[];
  created_at: Date;
  revoked_at: Date | null;
}

const COLUMNS = 'tenant, id, name, scopes, created_at, revoked_at';

@Injectable()
export class KeysRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async insert(key: {
    tenant: string;
    id: string;
    name: string;
    scopes: readonly string[];
    hash: string;
  }): Promise<KeyRow> {
    const [row] = await sql<KeyRow>(
      this.dataSource,
      `INSERT INTO registry.api_keys (tenant, id, name, scopes, hash, created_at) VALUES ($1, $2, $3, $4, $5, now()) RETURNING ${COLUMNS}`,
      [key.tenant, key.id, key.name, key.scopes, key.hash],
    );
    if (!row) throw new TypeError('INSERT … RETURNING gave no row');
    return row;
  }

  async findByHash(hash: string): Promise<KeyRow | undefined> {
    const [row] = await sql<KeyRow>(this.dataSource, `SELECT ${COLUMNS} FROM registry.api_keys WHERE hash = $1`, [
      hash,
    ]);
    return row;
  }

  list(tenant: string): Promise<KeyRow[]> {
    return sql<KeyRow>(this.dataSource, `SELECT ${COLUMNS} FROM registry.api_keys WHERE tenant = $1 ORDER BY id`, [
      tenant,
    ]);
  }

  /** The time of the first revocation stays. */
  async revoke(tenant: string, id: string): Promise<KeyRow | undefined> {
    const [row] = await sql<KeyRow>(
      this.dataSource,
      `UPDATE registry.api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE tenant = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [tenant, id],
    );
    return row;
  }
}
