import { Controller, Inject } from '@nestjs/common';
import { Bus, checkEventSubject, Work, type ConsumerSpec, type WorkContext } from '@switchyard/bus';
import { END_EVENT_TYPES, RunEventSchema, type RunEvent } from '@switchyard/contracts';
import { ThreadsService } from './threads.service.js';

/** Hears of every run that ends. */
@Controller()
export class EndedRunsController {
  constructor(
    @Inject(ThreadsService) private readonly threads: ThreadsService,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  @Work('event', RunEventSchema)
  async ended(event: RunEvent, { subject }: WorkContext): Promise<void> {
    checkEventSubject(event, subject, this.bus.prefix);
    await this.threads.heardOfEnd(event.runId);
  }
}

/** The three ends, of all tenants and runs. */
export function endedRunsConsumer({ subjects }: Bus): ConsumerSpec {
  return {
    kind: 'event',
    durable: 'events-router',
    filters: END_EVENT_TYPES.map((type) => subjects.event('*', '*', type)),
    concurrency: 8,
  };
}
