import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, Repeated } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import type { EmbeddingService } from '../embedding/embedding.service.js';
import { EMBEDDING } from '../embedding/embedding-tokens.js';
import { HarmService } from './harm.service.js';
import { RoundsService } from './rounds.service.js';

/** A summary says nothing that its facts do not: a while later is soon enough. */
const EVERY_MS = 600_000;

/** Makes summaries as long as the service runs, where the platform is set to, and takes back those that do harm, however they were made. */
@Injectable()
export class RoundsLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Repeated;
  private readonly looks: Repeated;

  constructor(
    @Inject(RoundsService) rounds: RoundsService,
    @Inject(HarmService) harm: HarmService,
    @Inject(EMBEDDING) embedding: EmbeddingService | undefined,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.rounds = new Repeated({
      everyMs: EVERY_MS,
      work: async (signal) => {
        const made = await rounds.round(signal);
        if (made === 0) return;
        embedding?.wake();
        logger.info({ summaries: made }, 'Summaries were made');
      },
      failed: 'Summaries could not be made',
      logger,
    });
    this.looks = new Repeated({
      everyMs: EVERY_MS,
      work: async (signal) => void (await harm.round(signal)),
      failed: 'Whether summaries do harm could not be looked at',
      logger,
    });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
    // What runs have shown is no other than before the start.
    this.looks.start({ atOnce: false });
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.rounds.stop(), this.looks.stop()]);
  }
}
