import { Inject, Injectable } from '@nestjs/common';
import { timestampDate, type ModelTurnCompleted, type RunEvent } from '@switchyard/contracts';
import { inTransaction } from '@switchyard/persistence';
import { DataSource, EntityManager } from 'typeorm';
import { CertificatesService } from '../certificates/certificates.service.js';
import { NOW, type Now } from '../now.js';
import { changeOf, described, same, type Seen } from './backend-state.js';
import { BackendStateRepository } from './backend-state.repository.js';
import { DriftService } from './drift.service.js';

/** Backends that one process remembers. */
const REMEMBERED = 10_000;
/**
 * For turns so long after the one that was looked up one process trusts what it remembers: another may have seen a change
 * meanwhile, and this one the change back.
 */
const TRUSTED_MS = 30_000;

/** Notices from the model turns of all runs that a backend is no longer what it was: no watch is needed for that. */
@Injectable()
export class NoticeService {
  /** What a backend is, as this process saw it last: almost every turn says the same, and costs no more than a look in here. */
  private readonly last = new Map<string, { value: string; at: Date }>();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(BackendStateRepository) private readonly states: BackendStateRepository,
    @Inject(CertificatesService) private readonly certificates: CertificatesService,
    @Inject(DriftService) private readonly drift: DriftService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** Events may come again, in any order, and to several replicas at once. */
  async turn(
    { tenant, runId, time }: RunEvent,
    { backend, profileVersion, model, configuration }: ModelTurnCompleted,
  ): Promise<void> {
    // A provider that names no model says nothing of it.
    if (backend === '' || model === '') return;
    const key = `${tenant} ${backend}`;
    const value = `${profileVersion} ${model}`;
    const now = this.now();
    const told = time ? timestampDate(time) : now;
    // A clock that runs ahead would make all that comes after it look old.
    const at = told > now ? now : told;
    const known = this.last.get(key);
    if (known?.value === value && Math.abs(at.getTime() - known.at.getTime()) < TRUSTED_MS) return;
    const configured = configuration?.model ?? '';
    const isNow = await this.see(tenant, backend, { profileVersion, model, configured, at, runId });
    if (!isNow) return;
    if (this.last.size >= REMEMBERED) this.last.clear();
    this.last.set(key, { value, at });
  }

  /** @returns whether it is what the backend is now; a turn from before a change says nothing of that */
  private see(tenant: string, backend: string, seen: Seen): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const state = await this.states.lock(manager, tenant, backend, seen);
      const change = state && changeOf(state, seen);
      if (state && !change && !same(state, seen)) return false;
      if (!state || !change) {
        await this.hold(manager, tenant, backend, seen);
        return true;
      }
      const last = await this.states.lastRun(manager, { tenant, backend, state, seen });
      await this.states.change(manager, tenant, backend, seen);
      const { profileVersion, model, runId } = seen;
      const evidence = { last_run_before: last?.runId ?? state.runId, first_run_after: runId };
      // The first turn that was like the last one may be newer than the last run that has ended.
      const changedAfter = last && last.at > state.at ? last.at : state.at;
      const drift = { ...change, tenant, backend, changedAfter, changedBefore: seen.at, watch: '', evidence };
      await this.drift.note(manager, drift, { profileVersion, models: [model] });
      return true;
    });
  }

  /** What was certified of the backend before anything was seen of it here, as after an import, is held against the first that is. */
  private async hold(on: EntityManager, tenant: string, backend: string, seen: Seen): Promise<void> {
    const { profileVersion, model, configured } = seen;
    const reason = `"${backend}" runs as ${described(seen)}, and something else was certified`;
    const where = { tenant, backend, otherThan: { profileVersion, models: [model, configured] } };
    await this.certificates.expire(where, reason, this.now(), on);
  }
}
