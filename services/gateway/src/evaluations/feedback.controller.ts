import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  EvaluatorService,
  FeedbackListSchema,
  FeedbackSchema,
  GiveFeedbackRequestSchema,
  type Feedback,
  type FeedbackList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const revisions = z.enum(['true', 'false']).optional().describe('All that was ever said, and not only what counts.');

const give = route({
  method: 'POST',
  path: '/v1/runs/:id/feedback',
  access: 'run',
  tag: 'evaluations',
  summary: 'Say what a run was worth',
  description: [
    'With `value` true, false, or a number from 0 to 1; null takes back what was said before. Who says something again of the same run under',
    "the same name revises it. May come late (`at`), and of a run that goes on. The giver is the key's name.",
  ].join(' '),
  body: {
    message: GiveFeedbackRequestSchema,
    tenantAt: 'tenant',
    without: ['run_id', 'by'],
    set: ({ params }) => ({ run_id: params['id'] ?? '' }),
  },
  replies: { 201: { message: FeedbackSchema } },
});

const ofRun = route({
  method: 'GET',
  path: '/v1/runs/:id/feedback',
  access: 'read',
  tag: 'evaluations',
  summary: 'List what people said of a run',
  query: z.object({ revisions, limit: limit(500, 100) }),
  replies: { 200: { message: FeedbackListSchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/feedback',
  access: 'read',
  tag: 'evaluations',
  summary: 'List what people said of runs, the newest first',
  query: z.object({ agent: text('Only of runs of this agent.'), revisions, limit: limit(500, 100) }),
  replies: { 200: { message: FeedbackListSchema } },
});

@Controller()
export class FeedbackController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(give)
  give(@Incoming() { body, identity }: CallOf<typeof give>): Promise<Feedback> {
    return this.rpc.call(EvaluatorService.method.giveFeedback, { ...body, by: actorOf(identity) });
  }

  @Route(ofRun)
  ofRun(@Incoming() { tenant, params, query }: CallOf<typeof ofRun>): Promise<FeedbackList> {
    return this.find(tenant, { ...query, runId: params['id'] ?? '' });
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<FeedbackList> {
    return this.find(tenant, query);
  }

  private find(tenant: string, { revisions: all, ...rest }: Wanted): Promise<FeedbackList> {
    return this.rpc.call(EvaluatorService.method.listFeedback, { tenant, ...given(rest), revisions: all === 'true' });
  }
}

interface Wanted {
  runId?: string | undefined;
  agent?: string | undefined;
  revisions?: 'true' | 'false' | undefined;
  limit?: number | undefined;
}
