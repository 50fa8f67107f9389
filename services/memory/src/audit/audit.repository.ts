import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { asTenant } from '../persistence/as-tenant.js';
import type { Audited, Finding } from './findings.js';

/** Memories of one page. */
const PAGE = 2_000;

/** Reads what an audit looks at. */
@Injectable()
export class AuditRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** All of the scope that are not retracted, at most so many, the newest first. */
  async memories(scope: Scope, limit: number): Promise<Audited[]> {
    const all: Audited[] = [];
    for (let before = '9223372036854775807'; all.length < limit;) {
      const page = await this.page(scope, before, Math.min(PAGE, limit - all.length));
      all.push(...page);
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      before = last.doc;
    }
    return all;
  }

  /** What points at something that is not there, and counts that are not those of the rows. */
  async orphans(scope: Scope, limit: number): Promise<Finding[]> {
    return asTenant(this.dataSource, scope.tenant, async (manager) => {
      const parameters = [scope.tenant, scope.agent, scope.user, scope.thread, limit];
      const lost = await sql<{ id: string; what: string }>(
        manager,
        `SELECT m.id, 'the evidence that it rests on is not there' AS what
         FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
         WHERE ${OF_SCOPE} AND NOT m.asserted AND m.state <> 'retracted' AND NOT EXISTS (
           SELECT 1 FROM memory.evidence e JOIN memory.memories o ON o.id = e.evidence_id
           WHERE e.memory_id = m.id AND o.state <> 'retracted')
         UNION ALL
         SELECT m.id, 'what is said to stand in its place is not there' FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
         WHERE ${OF_SCOPE} AND m.superseded_by <> '' AND NOT EXISTS (SELECT 1 FROM memory.memories o WHERE o.id = m.superseded_by)
         ORDER BY 1 LIMIT $5`,
        parameters,
      );
      const counts = await sql<{ scope: string }>(
        manager,
        `SELECT concat_ws('/', nullif(s.agent, ''), nullif(s.user_id, ''), nullif(s.thread, '')) AS scope FROM memory.scopes s
         CROSS JOIN LATERAL (SELECT count(*) AS memories, coalesce(sum(m.terms), 0) AS terms
           FROM memory.memories m WHERE m.scope_id = s.id AND m.state <> 'retracted') counted
         WHERE ${OF_SCOPE.replaceAll('m.tenant', 's.tenant')} AND (s.memories <> counted.memories OR s.terms <> counted.terms)
         ORDER BY 1 LIMIT $5`,
        parameters,
      );
      return [
        ...lost.map(({ id, what }): Finding => ({
          kind: 'orphan',
          ids: [id],
          why: what,
          advice: `switchyard memory why ${id}`,
        })),
        ...counts.map(({ scope: name }): Finding => ({
          kind: 'orphan',
          ids: [],
          why: `the counts of scope "${name || 'all'}" are not those of its memories: recall weighs words wrongly there`,
          advice: 'report it: this is a fault of Switchyard',
        })),
      ];
    });
  }

  private page(scope: Scope, before: string, limit: number): Promise<(Audited & { doc: string })[]> {
    return asTenant(this.dataSource, scope.tenant, (manager) =>
      sql<Audited & { doc: string }>(
        manager,
        `SELECT m.doc, m.id, m.text, m.kind, m.subject, m.state, m.trust, m.scope_id AS "scopeId"
         FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
         WHERE ${OF_SCOPE} AND m.state <> 'retracted' AND m.doc < $5 ORDER BY m.doc DESC LIMIT $6`,
        [scope.tenant, scope.agent, scope.user, scope.thread, before, limit],
      ),
    );
  }
}

const OF_SCOPE = `m.tenant = $1 AND ($2 = '' OR s.agent = $2) AND ($3 = '' OR s.user_id = $3) AND ($4 = '' OR s.thread = $4)`;
