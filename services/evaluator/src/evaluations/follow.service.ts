import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { fromErrorInfo, RouterService, SwitchyardError, type DeadLetter } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { ClassifyService } from '../classes/classify.service.js';
import { mayBeJudgement } from '../judgements/judgement.js';
import type { SettledJudgement } from '../judgements/judgement.repository.js';
import { JudgementsService } from '../judgements/judgements.service.js';
import { NOW, type Now } from '../now.js';
import type { EndedRun } from '../outcomes/ended-run.js';
import { EndedRuns } from '../outcomes/ended-runs.service.js';
import { mayBeAttempt, type Attempt } from './attempt.js';
import { AttemptRepository, type Settled } from './attempt.repository.js';
import { PublishService } from './publish.service.js';
import type { WaitsForRun } from './release-run.js';
import { SettleService } from './settle.service.js';

/** Follows the tasks of evaluations through what the bus tells of them. */
@Injectable()
export class FollowService {
  constructor(
    @Inject(AttemptRepository) private readonly attempts: AttemptRepository,
    @Inject(SettleService) private readonly settle: SettleService,
    @Inject(PublishService) private readonly publish: PublishService,
    @Inject(JudgementsService) private readonly judgements: JudgementsService,
    @Inject(EndedRuns) private readonly endedRuns: EndedRuns,
    @Inject(ClassifyService) private readonly classes: ClassifyService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(NOW) private readonly now: Now,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A run was accepted; where its evaluation was cancelled in the meantime, it is stopped. */
  async accepted(tenant: string, idempotencyKey: string, runId: string): Promise<void> {
    if (mayBeJudgement(idempotencyKey)) {
      const isCancelled = await this.judgements.accepted(tenant, idempotencyKey, runId);
      return isCancelled ? this.stop(tenant, runId) : undefined;
    }
    const attempt = await this.find(tenant, idempotencyKey);
    if (attempt === undefined) return;
    const isCancelled = await this.attempts.accept(attempt, runId, this.now());
    if (isCancelled) await this.stop(tenant, runId);
  }

  /** A run has ended. Undefined: it is no evaluation's. */
  async ended(run: EndedRun): Promise<Settled | undefined> {
    if (mayBeJudgement(run.idempotencyKey)) return this.judged(await this.judgements.ended(run));
    const attempt = await this.find(run.tenant, run.idempotencyKey);
    if (attempt === undefined) return undefined;
    const settled = await this.settle.ended(attempt, run);
    // A crash from here on costs time only: the next tick fills the window.
    if (settled.settled) await this.publish.advance(attempt.evaluationId);
    return settled;
  }

  /** A task was given up before it became a run. */
  async dead(tenant: string, letter: DeadLetter): Promise<void> {
    const key = keyOf(letter);
    const cause = letter.cause
      ? fromErrorInfo(letter.cause)
      : new SwitchyardError('internal', 'The task was given up without a cause.');
    if (mayBeJudgement(key)) {
      await this.judged(await this.judgements.dead(tenant, key, cause));
      return;
    }
    const attempt = await this.find(tenant, key);
    if (attempt === undefined || attempt.runId !== '') return;
    const { settled } = await this.settle.failed(attempt, cause);
    if (settled) await this.publish.advance(attempt.evaluationId);
  }

  /**
   * Asks the router about a run that has not been heard of: its last event may have been lost with the bus' store. A run that the
   * router does not know, as after it was restored from a copy, will never end: what it was for is published again, under its key.
   */
  async askAfter(open: WaitsForRun): Promise<void> {
    try {
      const run = await this.endedRuns.find(open.tenant, open.runId);
      if (run === undefined) return;
      await this.ended(await this.classes.classed(run));
    } catch (error) {
      const isUnknown = error instanceof SwitchyardError && error.code === 'run.not_found';
      const next = isUnknown ? 'its task is published again' : 'it is tried again';
      this.logger.warn({ err: error, run: open.runId }, `A run could not be asked after; ${next}`);
      if (isUnknown) await (mayBeJudgement(open.idempotencyKey) ? this.judgements : this.attempts).release(open);
    }
  }

  /** Cancels a run; one that has ended needs no stopping. */
  async stop(tenant: string, runId: string): Promise<void> {
    try {
      await this.rpc.call(RouterService.method.cancel, {
        tenant,
        runId,
        reason: 'its evaluation was cancelled',
        actor: 'evaluator',
      });
    } catch (error) {
      if (!(error instanceof SwitchyardError) || !['run.already_ended', 'run.not_found'].includes(error.code))
        throw error;
    }
  }

  /** A judge has spoken; where it was the last one of an attempt, the evaluation goes on. */
  private async judged(judged: SettledJudgement | undefined): Promise<Settled | undefined> {
    if (judged?.completed) await this.publish.advance(judged.evaluationId);
    return judged;
  }

  private async find(tenant: string, idempotencyKey: string): Promise<Attempt | undefined> {
    return mayBeAttempt(idempotencyKey) ? this.attempts.find(tenant, idempotencyKey) : undefined;
  }
}

/** The idempotency key of the task in a dead letter; empty where it cannot be read, and then it is none of ours. */
function keyOf(letter: DeadLetter): string {
  try {
    const payload: unknown = JSON.parse(letter.payloadBase64 ? '{}' : letter.payload);
    if (typeof payload !== 'object' || payload === null) return '';
    // Whoever publishes by hand may use proto3 JSON's other spelling.
    const key: unknown =
      'idempotency_key' in payload
        ? payload.idempotency_key
        : 'idempotencyKey' in payload
          ? payload.idempotencyKey
          : '';
    return typeof key === 'string' ? key : '';
  } catch {
    // Not JSON: published by somebody else.
    return '';
  }
}
