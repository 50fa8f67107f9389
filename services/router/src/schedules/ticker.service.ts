import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { CONFIG, LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { FiringService } from './firing.service.js';

/** Looks for schedules that are due and that no alarm told of: one statement on an index. Every router does. */
@Injectable()
export class TickerService implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    @Inject(FiringService) private readonly firing: FiringService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  private schedule(): void {
    if (this.#stopped) return;
    // Jitter, so that routers started together do not ask together.
    const delay = this.config.router.reconcileMs * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#round = this.tick().finally(() => this.schedule());
    }, delay);
  }

  private async tick(): Promise<void> {
    try {
      await this.firing.fireDue();
    } catch (error) {
      this.logger.warn({ err: error }, 'Schedules could not be fired; the next round tries again');
    }
  }
}
