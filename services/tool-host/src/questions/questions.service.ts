import { Inject, Injectable } from '@nestjs/common';
import {
  timestampFromDate,
  type AnswerQuestionsRequest,
  type ListQuestionsQuery,
  type MessageInitShape,
  type QuestionListSchema,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { WakeUps } from '../effects/wake-ups.service.js';
import { checkAnswers } from './check-answers.js';
import { QuestionsRepository, type OpenRound } from './questions.repository.js';

const MAX_LISTED = 100;
const USUAL_LISTED = 50;

type List = MessageInitShape<typeof QuestionListSchema>;

/** Questions of tools to people. */
@Injectable()
export class QuestionsService {
  constructor(
    @Inject(QuestionsRepository) private readonly questions: QuestionsRepository,
    @Inject(WakeUps) private readonly wakeUps: WakeUps,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Those that wait for somebody, the newest first. */
  async list({ tenant, runId, callId, before, limit }: ListQuestionsQuery): Promise<List> {
    const most = Math.min(limit || USUAL_LISTED, MAX_LISTED);
    const found = await this.questions.open(tenant, { runId, callId, before, limit: most + 1 });
    return { rounds: found.slice(0, most).map(messageOf), more: found.length > most };
  }

  /**
   * Answers all that a call asks. What was answered stands, and its run is told until it goes on.
   *
   * @throws SwitchyardError `question.not_found`, `question.answered`, `question.invalid_answer`
   */
  async answer({ tenant, callId, answers, actor }: AnswerQuestionsRequest): Promise<void> {
    const given = answers.map(({ id, action, content }) => ({ id, action, content }));
    await this.questions.answer(tenant, callId, actor, (questions) => checkAnswers(questions, given));
    this.logger.info({ call_id: callId, actor }, 'A question of a tool was answered');
    // Not waited for: the answer stands, whoever hears of it when.
    void this.wakeUps.now();
  }
}

function messageOf({ call_id: callId, run_id: runId, tool, questions, asked_at: askedAt }: OpenRound) {
  return {
    callId,
    runId,
    tool,
    questions: questions.map(({ id, message, schema, url = '' }) => ({
      id,
      message,
      url,
      ...(schema ? { schema } : {}),
    })),
    askedAt: timestampFromDate(askedAt),
  };
}
