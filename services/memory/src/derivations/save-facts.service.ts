import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { create, ProvenanceSchema, ScopeSchema, type Run, type Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { claimOf } from '../derive/subject.js';
import { NOW, type Now } from '../now.js';
import { SaveRepository } from '../persistence/save.repository.js';
import { makeFact } from '../records/make-statement.js';
import { keysOf } from '../records/save-keys.js';
import type { Statement } from '../records/statement.js';
import { supersede } from '../records/supersede.js';
import type { Derivation } from './derivation.js';
import type { AnsweredFact } from './facts-answer.js';
import { FactsAskRepository } from './facts-ask.repository.js';

/** A fact as it is to be stored, and what it stands in the place of. */
interface Found {
  statement: Statement;
  replaces: readonly string[];
}

/** Stores what agents found as facts like all others: they rest on their episodes, are counted, replaced, withdrawn and erased. */
@Injectable()
export class SaveFactsService {
  constructor(
    @Inject(FactsAskRepository) private readonly asked: FactsAskRepository,
    @Inject(SaveRepository) private readonly saver: SaveRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** Within a transaction as the tenant. */
  async save(
    manager: EntityManager,
    { tenant, scopeId, known }: Derivation,
    run: Run,
    facts: readonly AnsweredFact[],
  ): Promise<void> {
    const at = this.now();
    const scope = await this.scopeOf(manager, tenant, scopeId);
    const found = facts.map((fact): Found => ({
      statement: statementOf(fact, scope, run, at),
      replaces: fact.replaces,
    }));
    const shown = await this.asked.claims(manager, scopeId, known);
    const keys = [
      ...keysOf(found.map(({ statement }) => statement)),
      ...shown.map(({ subject }) => `subject:${subject}`),
    ];
    await this.saver.lock(manager, [{ scope, keys }]);
    const said = await this.saidAlready(manager, scopeId, found);
    await this.asked.show(manager, tenant, run.runId, known, at);
    const fresh = found.filter((one) => !said.has(one));
    const [replacing, others] = [fresh.filter(replacesAny), fresh.filter((one) => !replacesAny(one))];
    await this.saver.saveBatch(manager, { scope, statements: others.map(statementIn), at, runId: run.runId });
    // What brings a known fact up to date has most of its words, and is no echo of it.
    const saved = await this.saver.saveBatch(manager, { scope, statements: replacing.map(statementIn), at, runId: '' });
    const taken = new Map(
      replacing.map((one, index) => [one, saved[index]?.outcome === 'withdrawn' ? '' : (saved[index]?.memoryId ?? '')]),
    );
    for (const one of found) {
      const id = said.get(one) ?? taken.get(one) ?? '';
      if (id !== '' && replacesAny(one)) await this.replace(manager, scopeId, id, one, at);
    }
  }

  /** By the rules that hold for all: what is believed more than the answer, or became true later, stays. */
  private async replace(
    manager: EntityManager,
    scopeId: string,
    id: string,
    { statement: { trust, validFrom }, replaces }: Found,
    at: Date,
  ): Promise<void> {
    const others = (await this.asked.claims(manager, scopeId, replaces)).filter((other) => other.id !== id);
    // It may stand in the place of these; that one of them stands in its place nobody said.
    const ended = supersede({ id, trust, validFrom }, others).filter(({ by }) => by === id);
    await this.saver.apply(manager, ended, at);
  }

  /**
   * Those that are known to rest on the same episodes, with the ids of what is known: what rules found in them is not said
   * once more. Empty: it no longer holds.
   */
  private async saidAlready(
    manager: EntityManager,
    scopeId: string,
    found: readonly Found[],
  ): Promise<Map<Found, string>> {
    const keys = found.map(({ statement }) => statement.statementKey);
    const known = await this.asked.saidAlready(manager, scopeId, keys);
    return new Map(
      found.flatMap((one): [Found, string][] => {
        const { statementKey, evidence } = one.statement;
        const there = known.get(statementKey);
        if (!there || !evidence.every((id) => there.evidence.includes(id))) return [];
        return [[one, there.state === 'current' ? there.id : '']];
      }),
    );
  }

  private async scopeOf(manager: EntityManager, tenant: string, scopeId: string): Promise<Scope> {
    const [row] = await sql<{ agent: string; user_id: string; thread: string }>(
      manager,
      'SELECT agent, user_id, thread FROM memory.scopes WHERE id = $1 AND tenant = $2',
      [scopeId, tenant],
    );
    if (!row) throw new Error(`The scope ${scopeId} of an ask is not there`);
    return create(ScopeSchema, { tenant, agent: row.agent, user: row.user_id, thread: row.thread });
  }
}

function statementOf(fact: AnsweredFact, { user }: Scope, run: Run, at: Date): Statement {
  const { text, subject, replaces: _replaces, ...rest } = fact;
  return makeFact({
    ...rest,
    at,
    self: user,
    text,
    // Rules say it in one way, and a model each time in another.
    subject: claimOf(text, user) ? '' : subject,
    provenance: create(ProvenanceSchema, { source: 'agent', runId: run.runId, seq: run.seq, actor: run.agent }),
  });
}

function replacesAny({ replaces }: Found): boolean {
  return replaces.length > 0;
}

function statementIn({ statement }: Found): Statement {
  return statement;
}
