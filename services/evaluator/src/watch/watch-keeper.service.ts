import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { EVALUATOR_OPTIONS, type EvaluatorOptions } from '../evaluator-options.js';
import { NOW, type Now } from '../now.js';
import { TurnRepository } from './turn.repository.js';
import { TurnService } from './turn.service.js';

/** Turns that one look begins at most: each is a few runs. */
const BATCH = 20;

/** Begins the turns of watches when they are due, and takes all that run further, whoever began them. Safe in any number of replicas. */
@Injectable()
export class WatchKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private inHand: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(TurnRepository) private readonly turns: TurnRepository,
    @Inject(TurnService) private readonly turn: TurnService,
    @Inject(EVALUATOR_OPTIONS) private readonly options: EvaluatorOptions,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.tickSoon();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.inHand;
  }

  private tickSoon(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.inHand = this.tick()
        .catch((error: unknown) =>
          this.logger.warn({ err: error }, 'Watches could not be looked after; it is tried again'),
        )
        .then(() => this.tickSoon());
    }, this.options.tickMs);
  }

  private async tick(): Promise<void> {
    await this.turns.begin(this.now(), BATCH);
    for (const turn of await this.turns.running()) {
      if (this.stopped) return;
      try {
        await this.turn.advance(turn);
      } catch (error) {
        // One that cannot be taken further holds up no other.
        this.logger.warn({ err: error, watch: turn.watch, turn: turn.number }, 'A turn of a watch is tried again');
      }
    }
  }
}
