import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  AcknowledgeDriftRequestSchema,
  DriftFindingSchema,
  DriftListSchema,
  EvaluatorService,
  type DriftFinding,
  type DriftList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/drift',
  access: 'read',
  tag: 'evaluations',
  summary: 'List what of backends has changed, the newest first',
  query: z.object({
    backend: text('Only of this backend.'),
    status: z.enum(['open', 'acknowledged']).optional().describe('Only those that are so now.'),
    after: text('Only those that are older than this one.'),
    limit: limit(200, 50),
  }),
  replies: { 200: { message: DriftListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/drift/:id',
  access: 'read',
  tag: 'evaluations',
  summary: 'Get a change of a backend with its evidence',
  replies: { 200: { message: DriftFindingSchema } },
});

const acknowledge = route({
  method: 'POST',
  path: '/v1/drift/:id/acknowledge',
  access: 'run',
  tag: 'evaluations',
  summary: 'Say that a change has been seen',
  description: 'The same change would be a new finding from then on. What expired for it stays expired.',
  body: {
    message: AcknowledgeDriftRequestSchema,
    tenantAt: 'tenant',
    without: ['id', 'actor'],
    set: ({ params }) => ({ id: params['id'] ?? '' }),
  },
  replies: { 200: { message: DriftFindingSchema } },
});

@Controller()
export class DriftController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<DriftList> {
    return this.rpc.call(EvaluatorService.method.listDrift, { tenant, ...given(query) });
  }

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<DriftFinding> {
    return this.rpc.call(EvaluatorService.method.getDrift, { tenant, id: params['id'] ?? '' });
  }

  @Route(acknowledge)
  acknowledge(@Incoming() { body, identity }: CallOf<typeof acknowledge>): Promise<DriftFinding> {
    return this.rpc.call(EvaluatorService.method.acknowledgeDrift, { ...body, actor: actorOf(identity) });
  }
}
