import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus, type Listening } from '@switchyard/bus';
import { CancelNoticeSchema } from '@switchyard/contracts';
import { RunsInHand } from './runs-in-hand.js';

/** Hears cancels. The journal has the RunCancelled already; here only what is under way is stopped. */
@Injectable()
export class CancelListener implements OnApplicationBootstrap, OnModuleDestroy {
  #listening: Listening | undefined;

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RunsInHand) private readonly inHand: RunsInHand,
  ) {}

  onApplicationBootstrap(): void {
    this.#listening = this.bus.subscribe(this.bus.subjects.cancel('*'), CancelNoticeSchema, ({ runId, reason }) => {
      this.inHand.cancel(runId, reason);
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.#listening?.stop();
  }
}
