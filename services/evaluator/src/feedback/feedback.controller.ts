import { Controller, Inject } from '@nestjs/common';
import { Bus, Rpc, subjectTokens, Work, type ConsumerSpec, type WorkContext } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  EvaluatorService,
  GiveFeedbackRequestSchema,
  type GiveFeedbackRequest,
  type ListFeedbackQuery,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { FeedbackService } from './feedback.service.js';

/** Feedback from the RPC and from the stream INTAKE (`<prefix>.feedback.<tenant>`). */
@Controller()
export class FeedbackController {
  constructor(
    @Inject(FeedbackService) private readonly feedback: FeedbackService,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Rpc(EvaluatorService.method.giveFeedback)
  give(request: GiveFeedbackRequest) {
    return this.feedback.give({ ...request, tenant: request.tenant || this.config.tenant });
  }

  @Rpc(EvaluatorService.method.listFeedback)
  async list(query: ListFeedbackQuery) {
    return { feedback: await this.feedback.list(query) };
  }

  /** The subject says of whose run it is, whatever the body says; its place in the stream is the id of what has none. */
  @Work('feedback', GiveFeedbackRequestSchema)
  async published(request: GiveFeedbackRequest, { subject, msgId, streamSeq, timestamp }: WorkContext): Promise<void> {
    const [tenant = ''] = subjectTokens(subject, this.bus.prefix).tokens;
    await this.feedback.give({ ...request, tenant }, msgId ?? `${timestamp.toISOString()}:${streamSeq}`);
  }
}

/** All tenants' feedback. */
export function feedbackConsumer({ subjects }: Bus): ConsumerSpec {
  return { kind: 'feedback', durable: 'evaluator-feedback', filters: [subjects.feedback('*')], concurrency: 16 };
}
