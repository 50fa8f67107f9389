import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { SwitchyardError, TaskRequestSchema, toValue, type JsonObject } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { linksTo, metrics, SWITCHYARD, withSpan, type Logger } from '@switchyard/telemetry';
import type { AttemptKey } from '../evaluations/attempt.js';
import { storable } from '../evaluations/new-score.js';
import { CURRENT } from '../evaluations/current-version.js';
import type { WaitsForRun } from '../evaluations/release-run.js';
import { NOW, type Now } from '../now.js';
import type { EndedRun } from '../outcomes/ended-run.js';
import { bindScorers } from '../suite/resolve-scorers.js';
import { JUDGE_CALIBRATION, type JudgeCalibration } from './judge-calibration.js';
import type { Judgement } from './judgement.js';
import { JudgementRepository, type Answered, type SettledJudgement } from './judgement.repository.js';

/**
 * Asks judges, by tasks like any other, and takes their answers. Questions are stored with what they are about; whatever
 * a crash keeps from the bus is published again under the same key, and an answer that is told twice counts once.
 */
@Injectable()
export class JudgementsService {
  private readonly answers = metrics.counter(
    'switchyard_evaluator_judgements_total',
    'Answers of judges, by whether there was one.',
    ['outcome'],
  );

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(JudgementRepository) private readonly judgements: JudgementRepository,
    @Inject(JUDGE_CALIBRATION) private readonly calibration: JudgeCalibration,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async publishOf(attempt: AttemptKey): Promise<void> {
    await this.publishAll(await this.judgements.openOf(attempt));
  }

  async publishAll(judgements: readonly Judgement[]): Promise<void> {
    await Promise.all(judgements.map((judgement) => this.publish(judgement)));
  }

  /** @returns whether the question was cancelled meanwhile: then the run must be stopped */
  accepted(tenant: string, idempotencyKey: string, runId: string): Promise<boolean> {
    return this.judgements.accept(tenant, idempotencyKey, runId, this.now());
  }

  /** The run is on no record: the question goes out again. */
  release(waiting: WaitsForRun): Promise<void> {
    return this.judgements.release(waiting);
  }

  /** A judge's run has ended. Undefined: nobody asked for it. */
  async ended(run: EndedRun): Promise<SettledJudgement | undefined> {
    const judgement = await this.judgements.find(run.tenant, run.idempotencyKey);
    if (judgement === undefined) return undefined;
    const { runId, output, costUsd } = run;
    const configuration = run.moved ? '' : run.configuration;
    const calibrated = configuration !== '' && (await this.isCalibrated(judgement, configuration));
    const problem = run.status === 'completed' ? '' : messageOf(run.error, run.status);
    return this.settle(judgement, { runId, output, problem, configuration, calibrated, costUsd }, run);
  }

  /** The task was given up before it became a run. */
  async dead(tenant: string, idempotencyKey: string, cause: SwitchyardError): Promise<SettledJudgement | undefined> {
    const judgement = await this.judgements.find(tenant, idempotencyKey);
    if (judgement === undefined || judgement.runId !== '') return undefined;
    return this.settle(judgement, unanswered(cause), undefined);
  }

  private async isCalibrated({ tenant, scorer, definition }: Judgement, configuration: string): Promise<boolean> {
    const judge = bindScorers(definition).find(({ name }) => name === scorer);
    if (judge?.by !== 'agent') return false;
    return this.calibration.isCalibrated({ tenant, scorer, standard: judge.standard, configuration });
  }

  private async settle(judgement: Judgement, answered: Answered, run: EndedRun | undefined): Promise<SettledJudgement> {
    const judged = await this.judgements.settle(judgement, answered, run);
    if (judged.settled) this.answers.inc({ outcome: answered.problem === '' ? 'answered' : 'failed' });
    return judged;
  }

  /** A trace of its own, for the reason that attempts have theirs. */
  private publish(judgement: Judgement): Promise<void> {
    const { tenant, evaluationId, traceparent } = judgement;
    const attributes = { [SWITCHYARD.tenant]: tenant, [SWITCHYARD.evaluation]: evaluationId };
    return withSpan('judgement', { root: true, links: linksTo(traceparent), attributes }, () => this.send(judgement));
  }

  private async send(judgement: Judgement): Promise<void> {
    const { tenant, agent, backend, idempotencyKey, evaluationId, caseId, repeat, suite, scorer, variant } = judgement;
    const metadata = {
      evaluation: evaluationId,
      case: caseId,
      repeat: String(repeat),
      suite,
      scorer,
      question: variant,
    };
    const input = toValue(judgement.input);
    try {
      const subject = this.bus.subjects.tasks(tenant);
      const task = { agent, agentVersion: CURRENT, backend, input, idempotencyKey, metadata };
      await this.bus.publish(subject, TaskRequestSchema, task);
    } catch (error) {
      if (error instanceof SwitchyardError && !error.retryable) {
        // Larger than a task may be, as an output may make it: no judge can be asked.
        await this.settle(judgement, unanswered(error), undefined);
        return;
      }
      this.logger.warn(
        { err: error, evaluation: evaluationId, case: caseId },
        'A judge could not be asked; it is tried again',
      );
    }
  }
}

function unanswered({ code, message }: SwitchyardError): Answered {
  const problem = storable(`${code}: ${message}`);
  return { runId: '', output: null, problem, configuration: '', calibrated: false, costUsd: 0 };
}

function messageOf(error: JsonObject | null, status: string): string {
  return error === null ? `its run is ${status}` : storable(`${String(error['code'])}: ${String(error['message'])}`);
}
