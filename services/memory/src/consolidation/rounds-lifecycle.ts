import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '@switchyard/service';
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
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isRunning = false;

  constructor(
    @Inject(RoundsService) private readonly rounds: RoundsService,
    @Inject(HarmService) private readonly harm: HarmService,
    @Inject(EMBEDDING) private readonly embedding: EmbeddingService | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.begin(), EVERY_MS);
    this.begin();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.round;
  }

  /** One at a time: a round that takes longer than the time between two is not followed by those it has missed. */
  private begin(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.round = this.run().finally(() => (this.isRunning = false));
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    try {
      await this.harm.round(signal);
      const made = await this.rounds.round(signal);
      if (made === 0) return;
      this.embedding?.wake();
      this.logger.info({ summaries: made }, 'Summaries were made');
    } catch (error) {
      // The next round finds what this one left.
      if (!signal.aborted) this.logger.warn({ err: error }, 'Summaries could not be made');
    }
  }
}
