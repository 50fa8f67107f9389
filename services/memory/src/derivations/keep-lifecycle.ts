import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { FactsService } from './facts.service.js';

/** What was left over waits no longer than this and what is overdue: nobody waits for facts. */
const EVERY_MS = 30_000;

/** Looks after asks as long as the service runs. */
@Injectable()
export class KeepLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private keeping: Promise<void> | undefined;

  constructor(
    @Inject(FactsService) private readonly facts: FactsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.begin(), EVERY_MS);
    this.begin();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.keeping;
  }

  private begin(): void {
    this.keeping ??= this.keep().finally(() => {
      this.keeping = undefined;
    });
  }

  private async keep(): Promise<void> {
    try {
      await this.facts.keep();
    } catch (error) {
      // The next look finds what this one left.
      this.logger.warn({ err: error }, 'What agents were asked for could not be looked after');
    }
  }
}
