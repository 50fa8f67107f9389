import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JournalStore } from '@switchyard/journal';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { RunsInHand } from './runs-in-hand.js';

/** Soon enough that a run whose first turn is long is shown as running; runs that end sooner cost nothing. */
const BEAT_MS = 1_000;

/** Says of the runs in hand that they are: lists show them as running, the reconciler leaves them alone. */
@Injectable()
export class HeartbeatService implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #beat: Promise<void> | undefined;

  constructor(
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(RunsInHand) private readonly inHand: RunsInHand,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      // One at a time: behind a database that hangs they would queue up, and a stop would wait for them all.
      this.#beat ??= this.beat().finally(() => (this.#beat = undefined));
    }, BEAT_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beat;
  }

  async beat(): Promise<void> {
    try {
      await this.journal.heartbeat(this.inHand.ids());
    } catch (error) {
      this.logger.warn({ err: error }, 'A sign of life could not be written; the next one will be');
    }
  }
}
