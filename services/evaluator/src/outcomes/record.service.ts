import { Inject, Injectable } from '@nestjs/common';
import {
  ConfigurationSchema,
  SwitchyardError,
  timestampDate,
  toWire,
  type Configuration,
  type RunEvent,
} from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { ClassifyService } from '../classes/classify.service.js';
import { NoticeService } from '../drift/notice.service.js';
import { FollowService } from '../evaluations/follow.service.js';
import { NOW, type Now } from '../now.js';
import type { EndedRun } from './ended-run.js';
import { EndedRuns } from './ended-runs.service.js';
import { RoutingRepository } from '../routing/routing.repository.js';
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
  private readonly ignored = metrics.counter(
    'switchyard_evaluator_ends_ignored_total',
    'Ends told on the bus of runs that the router does not know or that go on.',
  );
  private readonly stored = new Set<string>();

  constructor(
    @Inject(OutcomeRepository) private readonly repository: OutcomeRepository,
    @Inject(FollowService) private readonly follow: FollowService,
    @Inject(EndedRuns) private readonly endedRuns: EndedRuns,
    @Inject(ClassifyService) private readonly classes: ClassifyService,
    @Inject(NoticeService) private readonly notice: NoticeService,
    @Inject(RoutingRepository) private readonly routing: RoutingRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  async record(event: RunEvent): Promise<void> {
    switch (event.body.case) {
      case 'runAccepted':
        if (event.body.value.routing?.['explored'] === true) await this.routing.keepExplored(event.tenant, event.runId);
        return this.follow.accepted(event.tenant, event.idempotencyKey, event.runId);
      case 'modelTurnCompleted':
        await this.keep(event, event.body.value.configuration);
        return this.notice.turn(event, event.body.value);
      case 'runFailed':
        await this.keep(event, event.body.value.asked);
        return this.end(event.tenant, event.runId);
      case 'runCompleted':
      case 'runCancelled':
        return this.end(event.tenant, event.runId);
    }
  }

  /** The event says where to look, and the journal how the run ended: anyone who may publish can tell an end. */
  private async end(tenant: string, runId: string): Promise<void> {
    const found = await this.find(tenant, runId);
    if (found === undefined) return this.ignored.inc();
    const run = await this.classes.classed(found);
    const settled = await this.follow.ended(run);
    const isNew = settled?.newOutcome ?? (await this.repository.record(run));
    if (isNew) this.outcomes.inc({ status: run.status });
    else this.repeated.inc();
  }

  private async find(tenant: string, runId: string): Promise<EndedRun | undefined> {
    try {
      return await this.endedRuns.find(tenant, runId);
    } catch (error) {
      // A large output is gone only with its run.
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return undefined;
      throw error;
    }
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
