import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  create,
  ProvenanceSchema,
  RecallRequestSchema,
  type ConsolidateReplySchema,
  type ConsolidateRequest,
  type MemoryAct,
  type MessageInitShape,
  type RetractRequest,
  type Scope,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { checkScope } from '../check-request.js';
import { RetractService } from '../correction/retract.service.js';
import { EraseService } from '../correction/erase.service.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { MemoryRepository } from '../persistence/memory.repository.js';
import { toMemory } from '../persistence/memory-row.js';
import { SaveRepository } from '../persistence/save.repository.js';
import { makeFact } from '../records/make-statement.js';
import { keysOf } from '../records/save-keys.js';
import { RecallService } from '../recall.service.js';
import type { Draft, Source, Summariser } from './summariser.js';

export const SUMMARISER = Symbol('memory.summariser');

/** Facts of a scope that are read. */
const MAX_FACTS = 2_000;
/** Among so many hits the evidence has to be found. */
const HITS = 10;

type Reply = MessageInitShape<typeof ConsolidateReplySchema>;

/** Makes summaries of facts, which rest on them and replace nothing, and keeps only those that do no harm. */
@Injectable()
export class ConsolidateService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SUMMARISER) private readonly summariser: Summariser,
    @Inject(SaveRepository) private readonly saver: SaveRepository,
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
    @Inject(RecallService) private readonly recalls: RecallService,
    @Inject(RetractService) private readonly retractions: RetractService,
    @Inject(EraseService) private readonly erasures: EraseService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Whatever comes again changes nothing. A summary is kept only if the facts that it rests on are found by questions about
   * them as well as without it; what is refused is erased.
   */
  async consolidate(request: ConsolidateRequest): Promise<Reply> {
    const scope = checkScope(request.scope, 'ConsolidateRequest');
    const drafts = await this.summariser.summarise(await this.facts(scope));
    const made: string[] = [];
    const refused: string[] = [];
    for (const draft of drafts) {
      const before = await this.found(scope, draft.evidence);
      const id = await this.save(scope, draft);
      if (id === undefined) continue;
      if ((await this.found(scope, draft.evidence)) >= before) made.push(id);
      else {
        refused.push(draft.subject);
        await this.refuse(scope.tenant, id);
      }
    }
    return { made: (await this.memories.find(scope.tenant, made)).map(toMemory), refused };
  }

  private async refuse(tenant: string, id: string): Promise<void> {
    const reason = 'a summary that made others harder to find';
    const order = { tenant, kind: 'erase', actor: 'memory', reason, at: this.now() } as const;
    await asTenant(this.dataSource, tenant, (manager) => this.erasures.eraseWithin(manager, order, [id]));
  }

  /** Retracts what an evaluation found to do harm. */
  demote(request: RetractRequest): Promise<MemoryAct> {
    return this.retractions.retract(request, 'demote');
  }

  private facts(scope: Scope): Promise<Source[]> {
    return asTenant(this.dataSource, scope.tenant, (manager) =>
      sql<Source>(
        manager,
        `SELECT m.id, m.text, m.subject, m.state, m.trust, coalesce(v.valid_from, m.occurred_at) AS "validFrom"
         FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
         LEFT JOIN LATERAL (SELECT max(valid_from) AS valid_from FROM memory.versions
           WHERE memory_id = m.id AND known_to = 'infinity') v ON true
         WHERE m.tenant = $1 AND s.agent = $2 AND s.user_id = $3 AND s.thread = $4
           AND m.kind = 'fact' AND m.subject <> '' AND m.state <> 'retracted'
         ORDER BY m.doc DESC LIMIT ${MAX_FACTS}`,
        [scope.tenant, scope.agent, scope.user, scope.thread],
      ),
    );
  }

  /** The share of the facts that a question about each finds. */
  private async found(scope: Scope, facts: readonly Source[]): Promise<number> {
    let found = 0;
    for (const { id, subject } of facts) {
      const query = subject.replaceAll('|', ' ');
      const { memories = [] } = await this.recalls.recall(create(RecallRequestSchema, { scope, query, limit: HITS }));
      if (memories.some(({ memory }) => memory?.id === id)) found += 1;
    }
    return found;
  }

  /** Undefined: it is there as it is, or was withdrawn and stays so. */
  private async save(scope: Scope, { subject, text, evidence }: Draft): Promise<string | undefined> {
    const at = this.now();
    const statement = makeFact({
      at,
      self: scope.user,
      kind: 'summary',
      text,
      subject,
      provenance: create(ProvenanceSchema, { source: 'consolidation', actor: 'memory' }),
      // A chain is as strong as its weakest link.
      trust: Math.min(...evidence.map(({ trust }) => trust)),
      evidence: evidence.map(({ id }) => id).sort(),
    });
    const batch = { scope, statements: [statement], at, runId: '' };
    return asTenant(this.dataSource, scope.tenant, async (manager) => {
      await this.saver.lock(manager, [{ scope, keys: keysOf([statement]) }]);
      const [there] = await sql(
        manager,
        `SELECT 1 FROM memory.memories m JOIN memory.scopes s ON s.id = m.scope_id
         WHERE m.tenant = $1 AND s.agent = $2 AND s.user_id = $3 AND s.thread = $4 AND m.statement_key = $5 AND m.state = 'current'`,
        [scope.tenant, scope.agent, scope.user, scope.thread, statement.statementKey],
      );
      if (there) return undefined;
      const [planned] = await this.saver.saveBatch(manager, batch);
      return planned?.outcome === 'withdrawn' ? undefined : planned?.memoryId;
    });
  }
}
