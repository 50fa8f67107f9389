import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  AnswerQuestionsRequestSchema,
  EmptySchema,
  QuestionListSchema,
  ToolHostService,
  type Empty,
  type QuestionList,
} from '@switchyard/contracts';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/questions',
  access: 'read',
  tag: 'tools',
  summary: 'List what tools ask people, and nobody has answered',
  query: z.object({
    run_id: text('Only those of this run.'),
    call_id: text('Only that of this call.'),
    limit: limit(100, 50),
    before: text('The last call_id of the page before.'),
  }),
  replies: { 200: { message: QuestionListSchema } },
});

const answer = route({
  method: 'POST',
  path: '/v1/questions/:call/answer',
  access: 'run',
  tag: 'tools',
  summary: 'Answer what a call asks, and let it go on',
  description: [
    'All that it asks is answered at once: `accept` with the `content` that the schema asks for, `decline`, or `cancel`. The name of the API',
    'key is kept as who answered. The same answer again changes nothing; another one is refused.',
  ].join(' '),
  body: {
    message: AnswerQuestionsRequestSchema,
    tenantAt: 'tenant',
    without: ['call_id', 'actor'],
    set: ({ params }) => ({ call_id: params['call'] ?? '' }),
  },
  replies: { 200: { message: EmptySchema } },
});

@Controller()
export class QuestionsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<QuestionList> {
    const { run_id: runId, call_id: callId, ...rest } = query;
    return this.rpc.call(ToolHostService.method.listQuestions, { tenant, ...given({ ...rest, runId, callId }) });
  }

  @Route(answer)
  answer(@Incoming() { body, identity }: CallOf<typeof answer>): Promise<Empty> {
    const actor = `user:${identity.name || identity.keyId}`;
    return this.rpc.call(ToolHostService.method.answerQuestions, { ...body, actor });
  }
}
