import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, Repeated } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { SweepService } from './sweep.service.js';

/** Policies are of days: to forget an hour late is soon enough, and to look costs next to nothing. */
const EVERY_MS = 600_000;

/** Sweeps as long as the service runs. */
@Injectable()
export class SweepLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly sweeps: Repeated;

  constructor(@Inject(SweepService) sweeper: SweepService, @Inject(LOGGER) logger: Logger) {
    this.sweeps = new Repeated({
      everyMs: EVERY_MS,
      work: async (signal) => {
        const gone = await sweeper.sweep(signal);
        if (gone > 0) logger.info({ memories: gone }, 'Memories were forgotten by policy');
      },
      failed: 'Memories could not be forgotten by policy',
      logger,
    });
  }

  onApplicationBootstrap(): void {
    this.sweeps.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.sweeps.stop();
  }
}
