import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Bus, type Listening } from '@switchyard/bus';
import { DeadLetterSchema } from '@switchyard/contracts';
import { LOGGER, Repeated } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { EVALUATOR_OPTIONS, type EvaluatorOptions } from '../evaluator-options.js';
import { JudgementRepository } from '../judgements/judgement.repository.js';
import { JudgementsService } from '../judgements/judgements.service.js';
import { NOW, type Now } from '../now.js';
import { tenantOfTask } from './tenant-of-task.js';
import { AttemptRepository } from './attempt.repository.js';
import { EvaluationRepository } from './evaluation.repository.js';
import { FollowService } from './follow.service.js';
import { PublishService } from './publish.service.js';

/** Attempts that one look takes up at most, of each sort. */
const BATCH = 200;

/**
 * Keeps evaluations moving whatever crashed: at the start and at every tick it fills their windows, publishes again what
 * nobody accepted, and asks after runs that fell silent. Safe in any number of replicas.
 *
 * Dead letters are heard on core NATS. One that is published while no evaluator runs is not lost: its task was never
 * accepted, so it is published again, and given up again.
 */
@Injectable()
export class KeeperService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = metrics.gauge('switchyard_evaluator_evaluations_running', 'Evaluations that are running.');
  private deadLetters: Listening | undefined;
  private readonly ticks: Repeated;
  // Whoever ran before may have died between the mark and the bus: at the start everything unaccepted goes out again.
  private republishAfterMs = 0;

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(EvaluationRepository) private readonly evaluations: EvaluationRepository,
    @Inject(AttemptRepository) private readonly attempts: AttemptRepository,
    @Inject(FollowService) private readonly follow: FollowService,
    @Inject(JudgementRepository) private readonly judgements: JudgementRepository,
    @Inject(JudgementsService) private readonly judges: JudgementsService,
    @Inject(PublishService) private readonly publish: PublishService,
    @Inject(EVALUATOR_OPTIONS) private readonly options: EvaluatorOptions,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) logger: Logger,
  ) {
    const failed = 'Evaluations could not be looked after; it is tried again';
    this.ticks = new Repeated({ everyMs: options.tickMs, work: () => this.tick(), failed, logger });
  }

  onApplicationBootstrap(): void {
    this.deadLetters = this.bus.subscribe(this.bus.subjects.dead('tasks', '*'), DeadLetterSchema, async (letter) => {
      const tenant = tenantOfTask(letter.subject, this.bus.prefix);
      if (tenant !== undefined) await this.follow.dead(tenant, letter);
    });
    this.ticks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.deadLetters?.stop();
    await this.ticks.stop();
  }

  private async tick(): Promise<void> {
    const now = this.now();
    const { republishAfterMs } = this;
    this.republishAfterMs = this.options.republishAfterMs;
    const before = (ms: number) => new Date(now.getTime() - ms);
    await this.publish.publishAll(await this.attempts.claimStale(before(republishAfterMs), now, BATCH));
    const silent = await this.attempts.claimSilent(before(this.options.askAfterMs), now, BATCH);
    await this.judges.publishAll(await this.judgements.claimStale(before(republishAfterMs), now, BATCH));
    const unheard = await this.judgements.claimSilent(before(this.options.askAfterMs), now, BATCH);
    for (const open of [...silent, ...unheard]) await this.follow.askAfter(open);
    const running = await this.evaluations.running();
    this.open.set(running.length);
    for (const id of running) await this.publish.advance(id);
  }
}
