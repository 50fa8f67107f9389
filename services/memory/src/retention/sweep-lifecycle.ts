import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { SweepService } from './sweep.service.js';

/** Policies are of days: to forget an hour late is soon enough, and to look costs next to nothing. */
const EVERY_MS = 600_000;

/** Sweeps as long as the service runs. */
@Injectable()
export class SweepLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SweepService) private readonly sweeper: SweepService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.begin(), EVERY_MS);
    this.begin();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.sweeping;
  }

  private begin(): void {
    const { signal } = this.stopping;
    this.sweeping = this.sweeping.then(async () => {
      try {
        const gone = await this.sweeper.sweep(signal);
        if (gone > 0) this.logger.info({ memories: gone }, 'Memories were forgotten by policy');
      } catch (error) {
        // The next sweep finds what this one left.
        if (!signal.aborted) this.logger.warn({ err: error }, 'Memories could not be forgotten by policy');
      }
    });
  }
}
