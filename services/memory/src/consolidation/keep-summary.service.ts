import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Scope } from '@switchyard/contracts';
import { EraseService } from '../correction/erase.service.js';
import { NOW, type Now } from '../now.js';
import { SaveRepository } from '../persistence/save.repository.js';
import { keysOf } from '../records/save-keys.js';
import type { Statement } from '../records/statement.js';
import { ConsolidationRepository } from './consolidation.repository.js';
import { JudgeService, type Trial } from './judge.service.js';

/** Lets summaries in that hide nothing, and those go that are out of date. */
@Injectable()
export class KeepSummaryService {
  constructor(
    @Inject(ConsolidationRepository) private readonly consolidations: ConsolidationRepository,
    @Inject(JudgeService) private readonly judge: JudgeService,
    @Inject(SaveRepository) private readonly saver: SaveRepository,
    @Inject(EraseService) private readonly erasures: EraseService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Writes it, and asks the questions before anybody else can see it. Within a transaction as the tenant.
   *
   * @returns its id; undefined: it is there as it is, or was withdrawn and stays so
   * @throws RefusedSummary where it hides something: with the transaction goes all that was written
   */
  async keep(manager: EntityManager, scope: Scope, statement: Statement, trial: Trial): Promise<string | undefined> {
    await this.saver.lock(manager, [{ scope, keys: keysOf([statement]) }]);
    const before = await this.consolidations.summaries(manager, scope, statement.subject);
    const there = before.find(({ key, state }) => key === statement.statementKey && state === 'current');
    if (there) {
      await this.clear(manager, scope, statement.subject, there.id);
      return undefined;
    }
    const batch = { scope, statements: [statement], at: statement.occurredAt, runId: '' };
    const { saved, count } = await this.saver.saveUncounted(manager, batch);
    const [planned] = saved;
    const id = planned?.outcome === 'withdrawn' ? undefined : planned?.memoryId;
    if (id !== undefined && (await this.judge.hidesWithin(manager, scope, id, trial))) throw new RefusedSummary();
    await count();
    await this.clear(manager, scope, statement.subject, id);
    return id;
  }

  /** After a refusal: what there was before is out of date, too. Within a transaction as the tenant. */
  async drop(manager: EntityManager, scope: Scope, statement: Statement): Promise<void> {
    await this.saver.lock(manager, [{ scope, keys: keysOf([statement]) }]);
    await this.clear(manager, scope, statement.subject, undefined);
  }

  /**
   * Of the summaries of one subject two are kept: the one that says what is so, and the one before it. Others would take the
   * places of what they are made of, and what no longer says what is so would say it still. One that somebody has rested
   * something on stays: that would go with it.
   */
  private async clear(manager: EntityManager, scope: Scope, subject: string, holds: string | undefined): Promise<void> {
    const all = await this.consolidations.summaries(manager, scope, subject);
    const old = all.filter(({ id, by, bears }) => !bears && (holds === undefined || (id !== holds && by !== holds)));
    if (old.length === 0) return;
    const { tenant } = scope;
    const order = {
      tenant,
      kind: 'forget',
      actor: 'memory',
      reason: 'a summary that is out of date',
      at: this.now(),
    } as const;
    await this.erasures.eraseWithin(
      manager,
      order,
      old.map(({ id }) => id),
    );
  }
}

/** Ends the transaction that a summary was written in. */
export class RefusedSummary extends Error {
  constructor() {
    super('The summary hides what it is made of.');
  }
}
