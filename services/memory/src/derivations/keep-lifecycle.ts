import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, Repeated } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { FactsService } from './facts.service.js';

/** What was left over waits no longer than this and what is overdue: nobody waits for facts. */
const EVERY_MS = 30_000;

/** Looks after asks as long as the service runs. */
@Injectable()
export class KeepLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly looks: Repeated;

  constructor(@Inject(FactsService) facts: FactsService, @Inject(LOGGER) logger: Logger) {
    this.looks = new Repeated({
      everyMs: EVERY_MS,
      work: () => facts.keep(),
      failed: 'What agents were asked for could not be looked after',
      logger,
    });
  }

  onApplicationBootstrap(): void {
    this.looks.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.looks.stop();
  }
}
