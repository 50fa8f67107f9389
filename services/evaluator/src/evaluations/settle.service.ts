import { Inject, Injectable } from '@nestjs/common';
import { ErrorInfoSchema, toErrorInfo, toWire } from '@switchyard/contracts';
import { JudgementsService } from '../judgements/judgements.service.js';
import { NOW, type Now } from '../now.js';
import type { EndedRun } from '../outcomes/ended-run.js';
import type { Attempt } from './attempt.js';
import { AttemptRepository, type Settled } from './attempt.repository.js';
import { JudgeService } from './judge.service.js';

/** Ends attempts: with what their run gave, or with why there was none. */
@Injectable()
export class SettleService {
  constructor(
    @Inject(AttemptRepository) private readonly attempts: AttemptRepository,
    @Inject(JudgeService) private readonly judge: JudgeService,
    @Inject(JudgementsService) private readonly judgements: JudgementsService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** The run has ended: outcome, scores, attempt and questions to judges are stored together. Told again, nothing changes. */
  async ended(attempt: Attempt, run: EndedRun): Promise<Settled> {
    const judged = run.moved && attempt.backend !== '' ? { ...run, ...notOf(attempt.backend) } : run;
    const { scores, questions } = await this.judge.judge(attempt, judged);
    const { runId, output, error, costUsd, durationMs } = judged;
    const status = questions.length > 0 ? ('judging' as const) : judged.status;
    const settlement = { status, runId, output, error, costUsd, durationMs, scores, questions };
    const settled = await this.attempts.settle(attempt, settlement, run, this.now());
    // A crash from here on costs time only: what is not on the bus goes out at the next look.
    if (settled.settled && questions.length > 0) await this.judgements.publishOf(attempt);
    return settled;
  }

  /** The task never became a run, and will not. */
  async failed(attempt: Attempt, cause: unknown): Promise<Settled> {
    const error = toWire(ErrorInfoSchema, toErrorInfo(cause));
    const run = { status: 'failed' as const, runId: '', output: null, error, costUsd: 0, durationMs: 0 };
    const judged = await this.judge.judge(attempt, run);
    return this.attempts.settle(attempt, { ...run, ...judged }, undefined, this.now());
  }
}

/** An evaluation of one backend is not told by an answer of another. */
function notOf(backend: string): Pick<EndedRun, 'status' | 'output' | 'error'> {
  const message = `The run was moved away from ${backend} while it was measured: its answer is not of that backend.`;
  return { status: 'failed', output: null, error: { code: 'evaluation.moved', message } };
}
