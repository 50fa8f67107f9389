import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, Repeated } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { EVALUATOR_OPTIONS, type EvaluatorOptions } from '../evaluator-options.js';
import { SwapProgress } from './swap-progress.service.js';
import { SwapRepository } from './swap.repository.js';

/** Moves every swap on that is under way, at the start and at every tick, whatever crashed. Safe in any number of replicas. */
@Injectable()
export class SwapKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = metrics.gauge('switchyard_evaluator_swaps_under_way', 'Swaps that are under way.');
  private readonly ticks: Repeated;

  constructor(
    @Inject(SwapRepository) private readonly swaps: SwapRepository,
    @Inject(SwapProgress) private readonly progress: SwapProgress,
    @Inject(EVALUATOR_OPTIONS) { tickMs }: EvaluatorOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failed = 'Swaps could not be looked after; it is tried again';
    this.ticks = new Repeated({ everyMs: tickMs, work: () => this.tick(), failed, logger });
  }

  /** Looks at once, and not only at the next tick. */
  nudge(): void {
    this.ticks.nudge();
  }

  onApplicationBootstrap(): void {
    this.ticks.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticks.stop();
  }

  private async tick(): Promise<void> {
    const underWay = await this.swaps.allUnderWay();
    this.open.set(underWay.length);
    for (const { tenant, id } of underWay) {
      try {
        await this.progress.advance(tenant, id);
      } catch (error) {
        // The others go on.
        this.logger.warn({ err: error, swap: id }, 'A swap could not go on; it is tried again');
      }
    }
  }
}
