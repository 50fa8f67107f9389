import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SwitchyardError, type MemoryFacts, type Scope } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { MemoryRepository } from '../persistence/memory.repository.js';
import type { MemoryRow } from '../persistence/memory-row.js';
import { scopeIdOf } from '../persistence/scopes.js';
import { AskerService } from './asker.service.js';
import { limitOf } from './daily-limit.js';
import { DerivationRepository } from './derivation.repository.js';
import type { Derivation } from './derivation.js';
import { FactsAskRepository } from './facts-ask.repository.js';
import { factsInput } from './facts-input.js';
import { SettleService } from './settle.service.js';

/**
 * What is under way so long is looked after: its run's end was missed, or the router was never told of it. Longer than
 * anybody waits for an answer.
 */
const OVERDUE_MS = 120_000;
/** Asks whose answer somebody waited for are of no use afterwards but for what they cost. */
const KEEP_MS = 30 * 86_400_000;

/** Asks agents for the facts in what is remembered, once for each part of a conversation and within what a day may cost. */
@Injectable()
export class FactsService {
  private readonly asks = metrics.counter('switchyard_memory_asks_total', 'What memory asked agents for.', [
    'kind',
    'outcome',
  ]);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(DerivationRepository) private readonly derivations: DerivationRepository,
    @Inject(FactsAskRepository) private readonly asked: FactsAskRepository,
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
    @Inject(AskerService) private readonly asker: AskerService,
    @Inject(SettleService) private readonly settling: SettleService,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Asks about the episodes of a conversation that no earlier ask covers. What is planned is in the database before anybody
   * is asked, so that a crash anywhere loses nothing and asks nothing twice.
   *
   * @param scope of the episodes
   * @throws SwitchyardError `database.unavailable` (retryable)
   */
  async ask(scope: Scope, conversation: string, policy: MemoryFacts): Promise<void> {
    const planned = await this.plan(scope, conversation, policy);
    if (!planned) return;
    this.asks.inc({ kind: 'facts', outcome: planned.status });
    if (planned.status === 'asked') await this.send(planned);
  }

  /** Takes the answer of a run, if memory asked for it. @returns whether it did */
  async ended(tenant: string, runId: string): Promise<boolean> {
    const derivation = await this.derivations.ofRun(tenant, runId);
    if (!derivation) return false;
    // Of others whoever asked waits for the answer itself.
    if (derivation.kind === 'facts' && derivation.status === 'asked') await this.settle(derivation);
    return true;
  }

  /** Goes on with what a crash, a lost message or the day's limit has left. */
  async keep(): Promise<void> {
    const now = this.now();
    for (const derivation of await this.derivations.openSince(new Date(now.getTime() - OVERDUE_MS)))
      await this.lookAfter(derivation);
    for (const tenant of await this.derivations.tenantsThatWait()) await this.promote(tenant);
    await this.derivations.forget(new Date(now.getTime() - KEEP_MS));
  }

  private async lookAfter(derivation: Derivation): Promise<void> {
    try {
      if (derivation.kind !== 'facts')
        await this.settling.failed(derivation, 'Whoever asked for it was gone before it was answered.');
      else await (derivation.runId === '' ? this.send(derivation) : this.settle(derivation));
    } catch (error) {
      // The others are looked after all the same, and this one at the next look.
      this.logger.warn(
        { err: error, tenant: derivation.tenant, ask: derivation.key },
        'An ask could not be looked after',
      );
    }
  }

  private plan(scope: Scope, conversation: string, { agent, maxUsdPerDay }: MemoryFacts) {
    const { tenant } = scope;
    return asTenant(this.dataSource, tenant, async (manager): Promise<Derivation | undefined> => {
      await this.derivations.lock(manager, tenant);
      const scopeId = await scopeIdOf(manager, scope);
      await this.derivations.dropWaiting(manager, scopeId, conversation);
      const episodes = await this.asked.uncovered(manager, scopeId, conversation);
      if (episodes.length === 0) return undefined;
      const known = await this.asked.known(manager, scopeId);
      const key = keyOf([tenant, scope.agent, scope.user, scope.thread, conversation, ...episodes]);
      const limits = { agent, maxUsdPerDay: limitOf(maxUsdPerDay) };
      const ask = { tenant, key, kind: 'facts', scopeId, conversation, episodes, known, ...limits } as const;
      return this.derivations.plan(manager, ask, this.now());
    });
  }

  /** Retryable failures are left to the keeper: the record says that it is to be asked. */
  private async send(derivation: Derivation): Promise<void> {
    const { tenant, episodes, known } = derivation;
    try {
      const there = await this.living(tenant, episodes);
      if (there.length === 0) return await this.settling.nothing(derivation);
      const runId = await this.asker.submit(derivation, factsInput(there, await this.living(tenant, known)));
      await this.derivations.accepted(derivation, runId);
      // It may have ended before its id was known here, and its end was then nobody's.
      await this.settle({ ...derivation, runId });
    } catch (error) {
      if (error instanceof SwitchyardError && !error.retryable) return this.settling.failed(derivation, error.message);
      this.logger.warn({ err: error, tenant, ask: derivation.key }, 'An agent could not be asked for facts yet');
    }
  }

  private async settle(derivation: Derivation): Promise<void> {
    if (await this.settling.settle(derivation)) await this.promote(derivation.tenant);
  }

  /** What was set aside and not spent makes room for others. */
  private async promote(tenant: string): Promise<void> {
    for (const derivation of await this.derivations.promote(tenant, this.now())) {
      this.asks.inc({ kind: 'facts', outcome: 'asked' });
      await this.send(derivation);
    }
  }

  private async living(tenant: string, ids: readonly string[]): Promise<MemoryRow[]> {
    return (await this.memories.find(tenant, ids)).filter(({ state }) => state !== 'retracted');
  }
}

function keyOf(parts: readonly string[]): string {
  return `memory-facts-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}
