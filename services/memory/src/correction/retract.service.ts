import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { MemoryAct, RetractRequest } from '@switchyard/contracts';
import { invalidField } from '../check-request.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { record, type ActDetails } from './acts.js';
import { GraphRepository } from './graph.repository.js';
import { importAct, importedBy } from './imported.js';
import { stand, standingOf, type Standing } from './standing.js';
import { withdrawalOf } from './withdrawal.js';

/** Memories of one request. */
export const MAX_IDS = 1_000;

/** Takes memories out of every answer, with what rests on them alone. */
@Injectable()
export class RetractService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(GraphRepository) private readonly graph: GraphRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * In one transaction. What one of them had replaced holds again, for it was never replaced; or it goes too, where all that
   * was said of it is to be withdrawn. Instead of memories an import may be named: all that it stored and is still there.
   *
   * @throws SwitchyardError `memory.not_found`, `contract.invalid` (none, or too many), and of an import
   *   `memory.act.not_found`, `memory.conflict`
   */
  async retract(request: RetractRequest, kind: 'retract' | 'demote' = 'retract'): Promise<MemoryAct> {
    const { tenant, actId, actor, reason, withReplaced } = request;
    const named = checkIds(request.ids, 'RetractRequest');
    if (named.length === 0 && actId === '') throw invalidField('RetractRequest', 'ids', 'names no memory');
    if (named.length > 0 && actId !== '')
      throw invalidField('RetractRequest', 'act_id', 'is given besides ids: give one of both');
    return asTenant(this.dataSource, tenant, async (manager) => {
      const at = this.now();
      const roots =
        actId === '' ? named : (await importedBy(manager, await importAct(manager, tenant, actId))).stored.sort();
      const which = withReplaced ? 'all' : kind === 'demote' ? 'summaries' : 'none';
      const wanted = await this.withReplaced(manager, roots, which);
      const gone = await this.withdraw(manager, tenant, wanted, actId === '' ? wanted : [], at);
      const { withdrawn: memories, kept, changes } = gone;
      return record(manager, { tenant, kind, actor, reason, at, memories, kept, details: { changes } });
    });
  }

  /**
   * Withdraws memories with what rests on them alone, within a transaction as the tenant; the act is the caller's to write.
   *
   * @param demanded those that must be there
   */
  async withdraw(
    manager: EntityManager,
    tenant: string,
    roots: readonly string[],
    demanded: readonly string[],
    at: Date,
  ): Promise<{ withdrawn: string[]; kept: string[]; changes: NonNullable<ActDetails['changes']> }> {
    const { gone, kept, states } = await withdrawalOf(manager, this.graph, roots, demanded);
    const stands = (id: string) => states.get(id) !== 'retracted';
    const withdrawn = gone.filter(stands);
    const changes = await this.changesBy(manager, withdrawn);
    await stand(
      manager,
      tenant,
      changes.map(({ after }) => after),
      at,
    );
    return { withdrawn, kept: kept.filter(stands), changes };
  }

  /** And all that one of them had replaced, however long ago; or the summaries alone, which were out of date already. */
  private async withReplaced(
    manager: EntityManager,
    ids: readonly string[],
    which: 'all' | 'summaries' | 'none',
  ): Promise<string[]> {
    if (which === 'none') return [...ids];
    const all = new Set(ids);
    for (let by: readonly string[] = ids; by.length > 0;) {
      const replaced = await this.graph.superseded(manager, by, which === 'all' ? '' : 'summary');
      by = replaced.map(({ id }) => id).filter((id) => !all.has(id));
      for (const id of by) all.add(id);
    }
    return [...all].sort();
  }

  /** How those that go stand before and after, and those whose place one of them had taken. */
  private async changesBy(manager: EntityManager, ids: readonly string[]): Promise<NonNullable<ActDetails['changes']>> {
    const going = new Set(ids);
    const before = await standingOf(manager, ids);
    const replaced = (await this.graph.superseded(manager, ids)).filter(({ id }) => !going.has(id));
    const beforeThat = await standingOf(
      manager,
      replaced.map(({ id }) => id),
    );
    const withdrawn = [...before.values()].map((standing) => ({
      before: standing,
      after: { id: standing.id, state: 'retracted', superseded_by: '', beliefs: [] },
    }));
    return [...withdrawn, ...[...beforeThat.values()].map((standing) => reopened(standing, before))];
  }
}

/** What was replaced by something that goes is replaced by what came after that, or holds again. */
function reopened(standing: Standing, going: ReadonlyMap<string, Standing>): { before: Standing; after: Standing } {
  let next = standing.superseded_by;
  let until: number | null = null;
  for (let passed = going.get(next); passed; passed = going.get(next)) {
    until = passed.beliefs.at(-1)?.to ?? null;
    next = passed.superseded_by;
  }
  const last = standing.beliefs.at(-1);
  const beliefs = last ? [...standing.beliefs.slice(0, -1), { from: last.from, to: next === '' ? null : until }] : [];
  const state = next === '' ? 'current' : 'superseded';
  return { before: standing, after: { id: standing.id, state, superseded_by: next, beliefs } };
}

export function checkIds(ids: readonly string[], message: string): string[] {
  const unique = [...new Set(ids)].sort();
  if (unique.length > MAX_IDS)
    throw invalidField(message, 'ids', `names ${unique.length} memories; name at most ${MAX_IDS} at a time`);
  return unique;
}
