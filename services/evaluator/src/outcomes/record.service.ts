import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationSchema, timestampDate, toWire, type Configuration, type RunEvent } from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { FollowService } from '../evaluations/follow.service.js';
import { NOW, type Now } from '../now.js';
import { endedRunOf, type EndedRun } from './ended-run.js';
import { OutcomeRepository } from './outcome.repository.js';

/** Fingerprints that one process remembers to have stored. */
const REMEMBERED = 10_000;

/** Appends what runs tell to the record. Every event may come again, and in any order. */
@Injectable()
export class RecordService {
  private readonly outcomes = metrics.counter(
    'switchyard_evaluator_outcomes_total',
    'Outcomes of runs that were recorded.',
    ['status'],
  );
  private readonly repeated = metrics.counter(
    'switchyard_evaluator_outcomes_repeated_total',
    'Ends of runs that were recorded already.',
  );
  private readonly stored = new Set<string>();

  constructor(
    @Inject(OutcomeRepository) private readonly repository: OutcomeRepository,
    @Inject(FollowService) private readonly follow: FollowService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  async record(event: RunEvent): Promise<void> {
    switch (event.body.case) {
      case 'runAccepted':
        return this.follow.accepted(event.tenant, event.idempotencyKey, event.runId);
      case 'modelTurnCompleted':
        return this.keep(event, event.body.value.configuration);
      default: {
        const run = endedRunOf(event);
        if (run !== undefined) await this.end(run);
      }
    }
  }

  private async end(run: EndedRun): Promise<void> {
    const settled = await this.follow.ended(run);
    const isNew = settled?.newOutcome ?? (await this.repository.record(run));
    if (isNew) this.outcomes.inc({ status: run.status });
    else this.repeated.inc();
  }

  private async keep(event: RunEvent, configuration: Configuration | undefined): Promise<void> {
    if (configuration === undefined || configuration.fingerprint === '') return;
    const { tenant, agent, time } = event;
    const { fingerprint } = configuration;
    const key = `${tenant} ${fingerprint}`;
    if (this.stored.has(key)) return;
    const at = time ? timestampDate(time) : this.now();
    await this.repository.keepConfiguration({
      ...{ tenant, agent, fingerprint, at },
      configuration: toWire(ConfigurationSchema, configuration),
    });
    if (this.stored.size >= REMEMBERED) this.stored.clear();
    this.stored.add(key);
  }
}
