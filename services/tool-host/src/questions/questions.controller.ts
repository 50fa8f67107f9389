import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ToolHostService,
  type AnswerQuestionsRequest,
  type EmptySchema,
  type ListQuestionsQuery,
  type MessageInitShape,
  type QuestionListSchema,
} from '@switchyard/contracts';
import { QuestionsService } from './questions.service.js';

/** Any host answers for all pools. */
@Controller()
export class QuestionsController {
  constructor(@Inject(QuestionsService) private readonly questions: QuestionsService) {}

  @Rpc(ToolHostService.method.listQuestions)
  list(query: ListQuestionsQuery): Promise<MessageInitShape<typeof QuestionListSchema>> {
    return this.questions.list(query);
  }

  @Rpc(ToolHostService.method.answerQuestions)
  async answer(request: AnswerQuestionsRequest): Promise<MessageInitShape<typeof EmptySchema>> {
    await this.questions.answer(request);
    return {};
  }
}
