import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, Repeated } from '@switchyard/service';
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
  private readonly ticks: Repeated;

  constructor(
    @Inject(TurnRepository) private readonly turns: TurnRepository,
    @Inject(TurnService) private readonly turn: TurnService,
    @Inject(EVALUATOR_OPTIONS) { tickMs }: EvaluatorOptions,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failed = 'Watches could not be looked after; it is tried again';
    this.ticks = new Repeated({ everyMs: tickMs, work: (signal) => this.tick(signal), failed, logger });
  }

  onApplicationBootstrap(): void {
    this.ticks.start({ atOnce: false });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticks.stop();
  }

  private async tick(signal: AbortSignal): Promise<void> {
    await this.turns.begin(this.now(), BATCH);
    for (const turn of await this.turns.running()) {
      if (signal.aborted) return;
      try {
        await this.turn.advance(turn);
      } catch (error) {
        // One that cannot be taken further holds up no other.
        this.logger.warn({ err: error, watch: turn.watch, turn: turn.number }, 'A turn of a watch is tried again');
      }
    }
  }
}
