import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { MemoryAct, RestoreRequest, RetractRequest } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { invalidField } from '../check-request.js';
import { actNotFound, memoryConflict } from '../memory-error.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { record, type ActDetails, type ActRow } from './acts.js';
import { GraphRepository } from './graph.repository.js';
import { importAct, importedBy, saidByOthers, uncount } from './imported.js';
import { stand, standingOf, type Standing } from './standing.js';
import { withdrawalOf } from './withdrawal.js';

/** Memories of one request. */
export const MAX_IDS = 1_000;

/** Takes memories out of every answer, with what rests on them alone, and brings them back. */
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
   * Everything stands as it stood before the act; what it had made is retracted. Of an import that is what nobody else has
   * said since, with what rests on it alone.
   *
   * @throws SwitchyardError `memory.act.not_found`, `memory.conflict` (taken back already, not to be taken back, or what it
   *   changed has been changed or erased since)
   */
  restore({ tenant, actId, actor, reason }: RestoreRequest): Promise<MemoryAct> {
    return asTenant(this.dataSource, tenant, async (manager) => {
      const at = this.now();
      const act = await this.find(manager, tenant, actId);
      if (act.details.takenBackBy !== undefined)
        throw memoryConflict(`Act "${actId}" was taken back already, by "${act.details.takenBackBy}".`, { act: actId });
      const back =
        act.kind === 'import' ? await this.takeBackImport(manager, act, at) : await this.takeBack(manager, act, at);
      if (back.memories.length === 0)
        throw memoryConflict(`Act "${actId}" (${act.kind}) cannot be taken back: it changed nothing, or for good.`, {
          act: actId,
        });
      const { memories, kept, details } = back;
      const told = await record(manager, {
        tenant,
        kind: 'restore',
        actor,
        reason,
        at,
        memories,
        kept,
        details: { ...details, of: actId },
      });
      await sql(
        manager,
        `UPDATE memory.acts SET details = details || jsonb_build_object('takenBackBy', $3::text) WHERE tenant = $1 AND id = $2`,
        [tenant, actId, told.id],
      );
      return told;
    });
  }

  private async takeBack(manager: EntityManager, act: ActRow, at: Date): Promise<TakenBack> {
    const { changes = [], counted = {} } = act.details;
    const now = await standingOf(
      manager,
      changes.map(({ after }) => after.id),
    );
    for (const { after } of changes) checkUnchanged(after, now.get(after.id), act.id);
    const standings = changes.map(({ before }) => before);
    await stand(manager, act.tenant, standings, at);
    const uncounted = await uncount(manager, Object.entries(counted));
    return {
      memories: [...new Set([...standings.map(({ id }) => id), ...Object.keys(uncounted)])],
      kept: [],
      details: { changes: changes.map(({ before, after }) => ({ before: after, after: before })), counted: uncounted },
    };
  }

  private async takeBackImport(manager: EntityManager, act: ActRow, at: Date): Promise<TakenBack> {
    const { stored, counted } = await importedBy(manager, act);
    const others = await saidByOthers(manager, counted);
    const going = stored.filter((id) => !others.has(id)).sort();
    const { withdrawn, kept, changes } = await this.withdraw(manager, act.tenant, going, [], at);
    const uncounted = await uncount(
      manager,
      [...counted].filter(([id]) => others.has(id)),
    );
    return {
      memories: [...withdrawn, ...Object.keys(uncounted)],
      kept,
      details: { changes, counted: uncounted },
    };
  }

  /**
   * Withdraws memories with what rests on them alone.
   *
   * @param demanded those that must be there
   */
  private async withdraw(
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

  private async find(manager: EntityManager, tenant: string, id: string): Promise<ActRow> {
    const [act] = await sql<ActRow>(manager, 'SELECT * FROM memory.acts WHERE tenant = $1 AND id = $2 FOR UPDATE', [
      tenant,
      id,
    ]);
    if (!act) throw actNotFound(id);
    return act;
  }
}

/** What the taking back of an act changed. */
interface TakenBack {
  memories: string[];
  kept: string[];
  details: ActDetails;
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

function checkUnchanged(wanted: Standing, now: Standing | undefined, act: string): void {
  if (!now)
    throw memoryConflict(
      `Memory "${wanted.id}" has been erased since act "${act}": what is erased is not brought back.`,
      {
        act,
        memory: wanted.id,
      },
    );
  if (now.state !== wanted.state || now.superseded_by !== wanted.superseded_by)
    throw memoryConflict(
      `Memory "${wanted.id}" has changed since act "${act}": it is ${now.state} now. Take the later act back first ("switchyard memory why ${wanted.id}" shows it).`,
      { act, memory: wanted.id },
    );
}

export function checkIds(ids: readonly string[], message: string): string[] {
  const unique = [...new Set(ids)].sort();
  if (unique.length > MAX_IDS)
    throw invalidField(message, 'ids', `names ${unique.length} memories; name at most ${MAX_IDS} at a time`);
  return unique;
}
