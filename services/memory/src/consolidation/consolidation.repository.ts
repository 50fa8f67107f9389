import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { asTenant } from '../persistence/as-tenant.js';
import type { Source } from './groups.js';
import type { Said } from './questions.js';

/** Facts of a scope that are read. */
const MAX_FACTS = 2_000;
/** What questions are made of beside the facts: episodes that they rest on, and the newest of whatever else the scope holds. */
const MAX_SAID = { evidence: 16, newest: 16 };

/** kept: stored, or there already, or withdrawn since; refused: not stored. */
export type Verdict = 'kept' | 'refused';

/** What summaries are made of, and what became of them. Everything as the tenant. */
@Injectable()
export class ConsolidationRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Of exactly this scope, those that have a subject, the newest first. */
  facts({ tenant, agent, user, thread }: Scope): Promise<Source[]> {
    return asTenant(this.dataSource, tenant, (manager) =>
      sql<Source>(
        manager,
        `SELECT m.id, m.text, m.subject, m.state, m.trust, coalesce(v.valid_from, m.occurred_at) AS "validFrom"
         FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
         LEFT JOIN LATERAL (SELECT max(valid_from) AS valid_from FROM memory.versions
           WHERE memory_id = m.id AND known_to = 'infinity') v ON true
         WHERE ${OF_SCOPE} AND m.kind = 'fact' AND m.subject <> '' AND m.state <> 'retracted'
         ORDER BY m.doc DESC LIMIT ${MAX_FACTS}`,
        [tenant, agent, user, thread],
      ),
    );
  }

  /** What the facts rest on, and what was said last in the scope, whatever it is about: the summary is not made of it. */
  said({ tenant, agent, user, thread }: Scope, facts: readonly string[]): Promise<Said[]> {
    return asTenant(this.dataSource, tenant, (manager) =>
      sql<Said>(
        manager,
        `WITH said AS (
           (SELECT m.id FROM memory.evidence e JOIN memory.memories m ON m.id = e.evidence_id
            WHERE e.memory_id = ANY ($5) AND m.kind = 'episode' AND m.state <> 'retracted'
            GROUP BY m.id ORDER BY m.id DESC LIMIT ${MAX_SAID.evidence})
           UNION
           (SELECT m.id FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
            WHERE ${OF_SCOPE} AND m.kind IN ('episode', 'fact') AND m.state <> 'retracted' AND m.id <> ALL ($5)
            ORDER BY m.doc DESC LIMIT ${MAX_SAID.newest}))
         SELECT m.id, m.text,
           ARRAY(SELECT e.memory_id FROM memory.evidence e WHERE e.evidence_id = m.id AND e.memory_id = ANY ($5)) AS facts
         FROM memory.memories m JOIN said USING (id) ORDER BY m.id`,
        [tenant, agent, user, thread, facts],
      ),
    );
  }

  /** By the keys of their sources. */
  async judged(scope: Scope): Promise<ReadonlyMap<string, Verdict>> {
    const { tenant, agent, user, thread } = scope;
    const rows = await asTenant(this.dataSource, tenant, (manager) =>
      sql<{ sources: string; verdict: Verdict }>(
        manager,
        `SELECT j.sources, j.verdict FROM memory.judged j JOIN memory.scopes s ON s.id = j.scope_id
         WHERE j.tenant = $1 AND s.agent = $2 AND s.user_id = $3 AND s.thread = $4`,
        [tenant, agent, user, thread],
      ),
    );
    return new Map(rows.map(({ sources, verdict }) => [sources, verdict]));
  }

  async judge(manager: EntityManager, scope: Scope, sources: string, verdict: Verdict, at: Date): Promise<void> {
    const { tenant, agent, user, thread } = scope;
    await sql(
      manager,
      `INSERT INTO memory.judged (tenant, scope_id, sources, verdict, at)
       SELECT $1, id, $5, $6, $7 FROM memory.scopes WHERE tenant = $1 AND agent = $2 AND user_id = $3 AND thread = $4
       ON CONFLICT (scope_id, sources) DO UPDATE SET verdict = excluded.verdict, at = excluded.at`,
      [tenant, agent, user, thread, sources, verdict, at],
    );
  }

  /** Forgets what was judged of sources that are no longer so. @param prefix of the keys of whoever wrote it */
  async forgetJudged({ tenant, agent, user, thread }: Scope, all: readonly string[], prefix: string): Promise<void> {
    await asTenant(this.dataSource, tenant, (manager) =>
      sql(
        manager,
        `DELETE FROM memory.judged j USING memory.scopes s
         WHERE s.id = j.scope_id AND s.tenant = $1 AND s.agent = $2 AND s.user_id = $3 AND s.thread = $4
           AND j.sources <> ALL ($5::text[]) AND left(j.sources, length(j.sources) - 64) = $6`,
        [tenant, agent, user, thread, all, prefix],
      ),
    );
  }

  /** Of one subject all that was made here and is not withdrawn. `bears`: something rests on it. */
  summaries(
    manager: EntityManager,
    { tenant, agent, user, thread }: Scope,
    subject: string,
  ): Promise<{ id: string; state: string; key: string; by: string; bears: boolean }[]> {
    return sql(
      manager,
      `SELECT m.id, m.state, m.statement_key AS key, m.superseded_by AS by,
         EXISTS (SELECT 1 FROM memory.evidence e WHERE e.evidence_id = m.id) AS bears
       FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
       WHERE ${OF_SCOPE} AND m.kind = 'summary' AND m.source = 'consolidation' AND m.subject = $5 AND m.state <> 'retracted'
       ORDER BY m.id`,
      [tenant, agent, user, thread, subject],
    );
  }
}

/** With tenant, agent, user and thread as the first parameters. */
const OF_SCOPE = 'm.tenant = $1 AND s.agent = $2 AND s.user_id = $3 AND s.thread = $4';
