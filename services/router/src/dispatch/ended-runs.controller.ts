import { Controller, Inject } from '@nestjs/common';
import { Work, type Bus, type ConsumerSpec } from '@switchyard/bus';
import { END_EVENT_TYPES, RunEventSchema, type RunEvent } from '@switchyard/contracts';
import { ThreadsService } from './threads.service.js';

/** Hears of every run that ends. */
@Controller()
export class EndedRunsController {
  constructor(@Inject(ThreadsService) private readonly threads: ThreadsService) {}

  @Work('event', RunEventSchema)
  ended(event: RunEvent): Promise<void> {
    return this.threads.runEnded(event.runId);
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
