import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { BudgetStore } from '@switchyard/journal';
import { CONFIG, LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';

/** Looks no more often than this, in milliseconds: what it finds has waited for minutes. */
const LEAST_MS = 10_000;

/** Settles what runs have left open that were ended by who did not know of it. Every router does it; the locks agree. */
@Injectable()
export class BudgetSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    @Inject(BudgetStore) private readonly store: BudgetStore,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async sweep(): Promise<void> {
    try {
      const { settled, closed } = await this.store.sweep();
      if (settled > 0) {
        metrics.counter('switchyard_router_budgets_swept_total', 'Reservations of ended runs.').inc(settled);
        this.logger.info({ settled, closed }, 'Settled what ended runs had reserved, as spent in full');
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'Reservations of ended runs could not be looked through; the next round will');
    }
  }

  #schedule(): void {
    if (this.#stopped) return;
    const delay = Math.max(LEAST_MS, this.config.router.reconcileMs) * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#round = this.sweep().finally(() => this.#schedule());
    }, delay);
  }
}
