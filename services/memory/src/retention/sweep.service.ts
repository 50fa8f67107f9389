import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { metrics } from '@switchyard/telemetry';
import { sql } from '@switchyard/persistence';
import { EraseService } from '../correction/erase.service.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { RetentionRepository } from './retention.repository.js';

/** Memories of one transaction. */
const BATCH = 500;
/** What a run was given is remembered so long. */
const SHOWN_DAYS = 30;
const DAY_MS = 86_400_000;
const SHOWN_BATCH = 5_000;

type Pick = (manager: EntityManager) => Promise<string[]>;

/** Forgets what policies and its own time let go: completely, as an erasure, some at a time, each time an act. */
@Injectable()
export class SweepService {
  private readonly swept = metrics.counter('switchyard_memory_swept_total', 'Memories that were forgotten by policy.', [
    'policy',
  ]);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(RetentionRepository) private readonly policies: RetentionRepository,
    @Inject(EraseService) private readonly erasures: EraseService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** @returns how many memories were forgotten */
  async sweep(signal?: AbortSignal): Promise<number> {
    const now = this.now();
    let gone = 0;
    for (const tenant of await this.policies.tenantsWithExpired(now))
      gone += await this.forgetAll(tenant, 'expiry', (manager) => this.policies.expired(manager, now, BATCH), signal);
    for (const policy of await this.policies.all()) {
      if (policy.maxAgeDays > 0 || policy.unusedDays > 0)
        gone += await this.forgetAll(
          policy.tenant,
          policy.name,
          (manager) => this.policies.tooOld(manager, policy, now, BATCH),
          signal,
        );
      if (policy.quota > 0)
        gone += await this.forgetAll(
          policy.tenant,
          policy.name,
          (manager) => this.policies.aboveQuota(manager, policy, BATCH),
          signal,
        );
    }
    const before = new Date(now.getTime() - SHOWN_DAYS * DAY_MS);
    while (!signal?.aborted && (await this.policies.forgetShown(before, SHOWN_BATCH)) === SHOWN_BATCH);
    return gone;
  }

  private async forgetAll(tenant: string, policy: string, pick: Pick, signal?: AbortSignal): Promise<number> {
    let gone = 0;
    for (let some = -1; some !== 0 && !signal?.aborted; gone += some)
      some = await this.forgetSome(tenant, policy, pick);
    return gone;
  }

  /** One replica at a time: the others find less to do. */
  private forgetSome(tenant: string, policy: string, pick: Pick): Promise<number> {
    return asTenant(this.dataSource, tenant, async (manager) => {
      const [lock] = await sql<{ got: boolean }>(
        manager,
        'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS got',
        [`memory sweep ${tenant}`],
      );
      if (!lock?.got) return 0;
      const ids = await pick(manager);
      if (ids.length === 0) return 0;
      const order = { tenant, kind: 'forget', actor: 'memory', reason: `policy ${policy}`, at: this.now() } as const;
      const { deleted } = await this.erasures.eraseWithin(manager, order, ids);
      this.swept.inc({ policy }, deleted['memories']);
      return deleted['memories'] ?? 0;
    });
  }
}
