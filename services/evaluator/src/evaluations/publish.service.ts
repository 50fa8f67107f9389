import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { SwitchyardError, TaskRequestSchema, toValue } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { linksTo, metrics, SWITCHYARD, withSpan, type Logger } from '@switchyard/telemetry';
import { EVALUATOR_OPTIONS, type EvaluatorOptions } from '../evaluator-options.js';
import { NOW, type Now } from '../now.js';
import { toolFixtures } from '../suite/case-fixtures.js';
import type { Attempt } from './attempt.js';
import { AttemptRepository } from './attempt.repository.js';
import { CURRENT } from './current-version.js';
import { SettleService } from './settle.service.js';

interface Moving {
  current: Promise<void>;
  next?: Promise<void>;
}

/** Puts the attempts of evaluations on the bus as tasks, a window at a time. */
@Injectable()
export class PublishService {
  private readonly published = metrics.counter(
    'switchyard_evaluator_tasks_total',
    'Tasks of evaluations put on the bus.',
    ['outcome'],
  );

  private readonly moving = new Map<string, Moving>();

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(AttemptRepository) private readonly attempts: AttemptRepository,
    @Inject(SettleService) private readonly settle: SettleService,
    @Inject(EVALUATOR_OPTIONS) private readonly options: EvaluatorOptions,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Publishes what fits into the window, and completes the evaluation where nothing is left. What a crash or a lost
   * connection keeps from the bus stays marked as published and goes out again later: the task's key makes that harmless.
   */
  advance(evaluationId: string): Promise<void> {
    const moving = this.moving.get(evaluationId);
    if (moving === undefined) return this.begin(evaluationId);
    // The one under way may have looked before the caller's change; one more is enough for all who come meanwhile.
    moving.next ??= moving.current.then(
      () => this.begin(evaluationId),
      () => this.begin(evaluationId),
    );
    return moving.next;
  }

  private begin(evaluationId: string): Promise<void> {
    const entry: Moving = {
      current: this.fillWindow(evaluationId).finally(() => {
        if (this.moving.get(evaluationId) === entry) this.moving.delete(evaluationId);
      }),
    };
    this.moving.set(evaluationId, entry);
    return entry.current;
  }

  private async fillWindow(evaluationId: string): Promise<void> {
    for (;;) {
      const claimed = await this.attempts.claim(evaluationId, this.options.window, this.now());
      const refused = await this.publishAll(claimed);
      // What can never be published has left the window again.
      if (refused === 0) return;
    }
  }

  async publishAll(attempts: readonly Attempt[]): Promise<number> {
    const refusals = await Promise.all(attempts.map((attempt) => this.publish(attempt)));
    return refusals.filter(Boolean).length;
  }

  /**
   * Every attempt begins a trace of its own: in the trace of the request, or of the run whose end made room for it, an
   * evaluation of thousands of runs would be one.
   */
  private publish(attempt: Attempt): Promise<boolean> {
    const { tenant, evaluationId, traceparent } = attempt;
    const attributes = { [SWITCHYARD.tenant]: tenant, [SWITCHYARD.evaluation]: evaluationId };
    return withSpan('attempt', { root: true, links: linksTo(traceparent), attributes }, () => this.send(attempt));
  }

  /** @returns whether the task was refused for good, and its attempt failed for it */
  private async send(attempt: Attempt): Promise<boolean> {
    const { tenant, agent, agentVersion, backend, idempotencyKey, evaluationId, caseId, repeat, suite } = attempt;
    const { maxCostUsd, definition } = attempt;
    const metadata = { ...definition.metadata, evaluation: evaluationId, case: caseId, repeat: String(repeat), suite };
    try {
      await this.bus.publish(this.bus.subjects.tasks(tenant), TaskRequestSchema, {
        agent,
        input: toValue(definition.input),
        idempotencyKey,
        backend,
        agentVersion: agentVersion || CURRENT,
        metadata,
        ...(definition.fixtures ? { fixtures: toolFixtures(definition.fixtures) } : {}),
        ...(maxCostUsd > 0 ? { limits: { costUsd: maxCostUsd } } : {}),
      });
      this.published.inc({ outcome: 'published' });
      return false;
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.retryable) {
        this.published.inc({ outcome: 'postponed' });
        this.logger.warn(
          { err: error, evaluation: evaluationId, case: caseId },
          'A task could not be published; it is tried again',
        );
        return false;
      }
      this.published.inc({ outcome: 'refused' });
      await this.settle.failed(attempt, error);
      return true;
    }
  }
}
