import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { NOW, type Now } from '../now.js';

/** Which backends may be trusted with an agent: those that a certificate in force speaks of. */
@Injectable()
export class CertifiedBackends {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** Names, sorted: what was found no worse, and what it was held against, which people had trusted before. */
  async of(tenant: string, agent: string): Promise<string[]> {
    const rows = await sql<{ backend: string }>(
      this.dataSource,
      `SELECT DISTINCT b.backend FROM evaluation.certificates c,
         LATERAL (VALUES (c.statement->'candidate'->>'backend'), (c.statement->'baseline'->>'backend')) AS b (backend)
       WHERE c.tenant = $1 AND c.agent = $2 AND c.status = 'in_force' AND c.expires_at > $3 AND b.backend <> ''
       ORDER BY b.backend`,
      [tenant, agent, this.now()],
    );
    return rows.map(({ backend }) => backend);
  }
}
