import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { MemoryAct, RestoreRequest } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { actNotFound, memoryConflict } from '../memory-error.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { record, type ActDetails, type ActRow } from './acts.js';
import { importedBy, saidByOthers, uncount } from './imported.js';
import { RetractService } from './retract.service.js';
import { stand, standingOf, type Standing } from './standing.js';

/** Takes back what was done to memories. */
@Injectable()
export class RestoreService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RetractService) private readonly retractions: RetractService,
    @Inject(NOW) private readonly now: Now,
  ) {}

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
    const { withdrawn, kept, changes } = await this.retractions.withdraw(manager, act.tenant, going, [], at);
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
