import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { agentScope, BudgetStore, JournalStore, runScope, tenantScope, type RunState } from '@switchyard/journal';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { Polling } from '../polling.js';

/** How often the budgets are read, in milliseconds; the word that they changed may be missed. */
const POLL_MS = 2_000;
/** Root runs whose limits are remembered. They never change. */
const MAX_ROOTS = 10_000;

type Limits = Pick<RunState['limits'], 'tokens' | 'costUsd'>;

/**
 * Which budgets a run's turns are charged to. Known in memory: a run to which none applies pays for no statement. How much
 * is left is decided where it is reserved.
 */
@Injectable()
export class BudgetScopes implements OnApplicationBootstrap, OnModuleDestroy {
  #scopes: ReadonlySet<string> | undefined;
  readonly #limitsOfRoots = new Map<string, Limits>();
  readonly #polling: Polling;

  constructor(
    @Inject(Bus) bus: Bus,
    @Inject(BudgetStore) private readonly budgets: BudgetStore,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#polling = new Polling(bus, {
      changes: bus.subjects.rpc('router', 'budgets_changed'),
      everyMs: POLL_MS,
      ask: () => this.#read(),
      failed: (error) => logger.warn({ err: error }, 'Budgets could not be read; going on with those known'),
    });
  }

  onApplicationBootstrap(): void {
    this.#polling.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#polling.stop();
  }

  /**
   * Empty where nothing limits it but the platform.
   *
   * @param isFree the turn costs no money, whatever it says: then a limit in money alone sets nothing aside
   * @throws SwitchyardError `database.…`
   */
  async of(
    state: Pick<RunState, 'tenant' | 'agent' | 'runId' | 'limits' | 'parent'>,
    isFree: boolean,
  ): Promise<string[]> {
    const known = this.#scopes ?? (await this.#read());
    const scopes = [tenantScope(state.tenant), agentScope(state.tenant, state.agent)].filter((scope) =>
      known.has(scope),
    );
    const root = state.parent?.rootRunId ?? state.runId;
    const { tokens, costUsd } = state.parent === null ? state.limits : await this.#limitsOf(root);
    const isLimited = tokens > 0 || (costUsd > 0 && !isFree);
    return isLimited ? [...scopes, runScope(root)] : scopes;
  }

  async #limitsOf(rootRunId: string): Promise<Limits> {
    const known = this.#limitsOfRoots.get(rootRunId);
    if (known !== undefined) return known;
    const root = await this.journal.findRun(rootRunId);
    const limits = root?.limits ?? { tokens: 0, costUsd: 0 };
    if (this.#limitsOfRoots.size >= MAX_ROOTS) this.#limitsOfRoots.clear();
    this.#limitsOfRoots.set(rootRunId, limits);
    return limits;
  }

  async #read(): Promise<ReadonlySet<string>> {
    this.#scopes = new Set(await this.budgets.scopes());
    return this.#scopes;
  }
}
