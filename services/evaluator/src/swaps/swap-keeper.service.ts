import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { EVALUATOR_OPTIONS, type EvaluatorOptions } from '../evaluator-options.js';
import { SwapProgress } from './swap-progress.service.js';
import { SwapRepository } from './swap.repository.js';

/** Moves every swap on that is under way, at the start and at every tick, whatever crashed. Safe in any number of replicas. */
@Injectable()
export class SwapKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = metrics.gauge('switchyard_evaluator_swaps_under_way', 'Swaps that are under way.');
  private timer: NodeJS.Timeout | undefined;
  private inHand: Promise<void> = Promise.resolve();
  private stopped = false;
  private nudged = false;
  private ticking = false;

  constructor(
    @Inject(SwapRepository) private readonly swaps: SwapRepository,
    @Inject(SwapProgress) private readonly progress: SwapProgress,
    @Inject(EVALUATOR_OPTIONS) private readonly options: EvaluatorOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Looks at once, and not only at the next tick. */
  nudge(): void {
    this.nudged = true;
    if (this.ticking) return;
    clearTimeout(this.timer);
    this.tickSoon(0);
  }

  onApplicationBootstrap(): void {
    this.tickSoon(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.inHand;
  }

  private tickSoon(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.nudged = false;
      this.ticking = true;
      this.inHand = this.tick()
        .catch((error: unknown) =>
          this.logger.warn({ err: error }, 'Swaps could not be looked after; it is tried again'),
        )
        .then(() => {
          this.ticking = false;
          this.tickSoon(this.nudged ? 0 : this.options.tickMs);
        });
    }, delayMs);
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
