import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { create, ScopeSchema, type Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';

/** Scopes that are looked up at once. */
const MAX_SCOPES = 200;

/** A scope whose memories have changed since all of it was looked at. */
export interface ChangedScope {
  id: string;
  scope: Scope;
  /** Its number when it was found: what changes after has another. */
  changes: string;
}

/** Which scopes wait for a look, of all tenants: nobody's request, so as the owner. */
@Injectable()
export class RoundsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Those that nobody has in hand, the longest waiting first.
   *
   * @param byDefault whether tenants who have said nothing take part
   */
  async changed(byDefault: boolean, now: Date): Promise<ChangedScope[]> {
    const rows = await sql<{
      id: string;
      tenant: string;
      agent: string;
      user_id: string;
      thread: string;
      changes: string;
    }>(
      this.dataSource,
      `SELECT s.id, s.tenant, s.agent, s.user_id, s.thread, s.changes FROM memory.scopes s
       LEFT JOIN memory.consolidations c ON c.scope_id = s.id
       LEFT JOIN memory.consolidation_policies p ON p.tenant = s.tenant
       WHERE coalesce(p.rounds, $1) = 'on' AND s.changes <> coalesce(c.changes, -1)
         AND coalesce(c.claimed_until, '-infinity') <= $2::timestamptz
       ORDER BY c.at NULLS FIRST, s.id LIMIT ${MAX_SCOPES}`,
      [byDefault ? 'on' : 'off', now],
    );
    return rows.map(({ id, tenant, agent, user_id: user, thread, changes }) => ({
      id,
      changes,
      scope: create(ScopeSchema, { tenant, agent, user, thread }),
    }));
  }

  /** Takes it in hand until then. @returns false: another replica was first */
  async claim({ id, scope, changes }: ChangedScope, until: Date, now: Date): Promise<boolean> {
    const rows = await sql(
      this.dataSource,
      `INSERT INTO memory.consolidations AS c (tenant, scope_id, claimed_until, at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (scope_id) DO UPDATE SET claimed_until = excluded.claimed_until
       WHERE c.claimed_until <= $4 AND c.changes <> $5 RETURNING 1`,
      [scope.tenant, id, until, now, changes],
    );
    return rows.length > 0;
  }

  /**
   * Gives it back, unless it was in hand for so long that somebody else has it.
   *
   * @param complete nothing is left to be done of what was there when it was found
   */
  async release({ id, changes }: ChangedScope, until: Date, complete: boolean, now: Date): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE memory.consolidations SET claimed_until = '-infinity', at = $3,
         changes = CASE WHEN $4::boolean THEN $5::bigint ELSE changes END
       WHERE scope_id = $1 AND claimed_until = $2`,
      [id, until, now, complete, changes],
    );
  }
}
