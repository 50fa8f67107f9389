import { Controller, Inject } from '@nestjs/common';
import { Bus, checkEventSubject, Work, type ConsumerSpec, type WorkContext } from '@switchyard/bus';
import { END_EVENT_TYPES, RunEventSchema, type RunEvent } from '@switchyard/contracts';
import { FailedRunLetters } from './failed-run-letters.service.js';
import { AdmissionService } from '../admission/admission.service.js';
import { RunNotices } from './run-notices.service.js';
import { RunTreeService } from './run-tree.service.js';

/** Hears of every run that ends. */
@Controller()
export class EndedRunsController {
  constructor(
    @Inject(RunTreeService) private readonly trees: RunTreeService,
    @Inject(RunNotices) private readonly notices: RunNotices,
    @Inject(FailedRunLetters) private readonly failed: FailedRunLetters,
    @Inject(AdmissionService) private readonly admission: AdmissionService,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  @Work('event', RunEventSchema)
  async ended(event: RunEvent, { subject }: WorkContext): Promise<void> {
    checkEventSubject(event, subject, this.bus.prefix);
    this.admission.ended();
    const ended = await this.trees.heardOfEnd(event.runId);
    // Who cancelled it may have died before it said so; who heard it before ignores it.
    if (ended && event.body.case === 'runCancelled') this.notices.stop(event, event.body.value);
    if (event.body.case === 'runFailed') await this.failed.publish(event.runId);
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
