import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  newId,
  RouterService,
  SwitchyardError,
  timestampDate,
  type FeedbackSchema,
  type GiveFeedbackRequest,
  type ListFeedbackQuery,
  type MessageInitShape,
} from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { checkFeedback, checkTime, type Said } from './check-feedback.js';
import { FeedbackRepository, type FeedbackRow } from './feedback.repository.js';
import { feedbackView } from './feedback-view.js';

type FeedbackInit = MessageInitShape<typeof FeedbackSchema>;

const DEFAULT_LISTED = 100;
const MAX_LISTED = 500;

/** What people say of runs: late, again, and taken back. */
@Injectable()
export class FeedbackService {
  private readonly given = metrics.counter('switchyard_evaluator_feedback_total', 'Feedback that was taken in.');

  constructor(
    @Inject(FeedbackRepository) private readonly feedback: FeedbackRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Kept once for each id. A run that goes on may be judged too.
   *
   * @param id where the giver has none
   * @throws SwitchyardError `feedback.invalid`; `run.not_found`; `feedback.conflict` where the id was used for other words;
   *   `rpc.…` and `database.…` (retryable)
   */
  async give(request: GiveFeedbackRequest, id = newId('fb', this.now().getTime())): Promise<FeedbackInit> {
    const now = this.now();
    const said = checkFeedback(request, now);
    const { tenant, runId } = said;
    const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
    checkTime(said, run.createdAt && timestampDate(run.createdAt));
    const own = request.id || id;
    const isNew = await this.feedback.add({ ...said, id: own, agent: run.agent, recordedAt: now });
    const kept = await this.feedback.find(tenant, own);
    if (kept === undefined || (!isNew && !saysTheSame(kept, said, request.at !== undefined)))
      throw conflict(own, runId);
    if (isNew) this.given.inc();
    return feedbackView(tenant, kept);
  }

  async list({ tenant, runId, agent, limit, revisions }: ListFeedbackQuery): Promise<FeedbackInit[]> {
    const filter = { runId, agent, revisions, limit: Math.min(limit || DEFAULT_LISTED, MAX_LISTED) };
    return (await this.feedback.list(tenant, filter)).map((row) => feedbackView(tenant, row));
  }
}

/** The time is compared where the giver names it: otherwise it is that of the arrival. */
function saysTheSame(kept: FeedbackRow, said: Said, hasTime: boolean): boolean {
  return (
    kept.run_id === said.runId &&
    kept.name === said.name &&
    kept.value === said.value &&
    kept.comment === said.comment &&
    kept.by === said.by &&
    (!hasTime || kept.at.getTime() === said.at.getTime())
  );
}

function conflict(id: string, runId: string): SwitchyardError {
  return new SwitchyardError(
    'feedback.conflict',
    `The id "${id}" belongs to other feedback. Leave it out to say something else of run ${runId}: who speaks again revises what was said before.`,
    { details: { id, run_id: runId } },
  );
}
