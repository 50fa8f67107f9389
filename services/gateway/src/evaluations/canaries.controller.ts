import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import { CanaryListSchema, CanarySchema, EvaluatorService, type Canary, type CanaryList } from '@switchyard/contracts';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const get = route({
  method: 'GET',
  path: '/v1/rollouts/:id/canary',
  access: 'read',
  tag: 'evaluations',
  summary: 'Get what the record says of a rollout',
  description:
    'Each guardrail with the runs of both arms that it compared, the difference with an interval that holds at all moments together, its verdict, and how many more exposures it takes where that can be said.',
  replies: { 200: { message: CanarySchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/canaries',
  access: 'read',
  tag: 'evaluations',
  summary: 'List what the record says of rollouts, the newest first',
  query: z.object({
    agent: text('Only rollouts of this agent.'),
    status: z.enum(['running', 'promoted', 'rolled_back', 'stopped']).optional().describe('Of the rollout.'),
    limit: limit(200, 50),
  }),
  replies: { 200: { message: CanaryListSchema } },
});

@Controller()
export class CanariesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Canary> {
    return this.rpc.call(EvaluatorService.method.getCanary, { tenant, rollout: params['id'] ?? '' });
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<CanaryList> {
    return this.rpc.call(EvaluatorService.method.listCanaries, { tenant, ...given(query) });
  }
}
