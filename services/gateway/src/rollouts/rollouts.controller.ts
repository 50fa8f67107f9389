import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ChangeRolloutRequestSchema,
  EndRolloutRequestSchema,
  RolloutListSchema,
  RolloutSchema,
  RouterService,
  StartRolloutRequestSchema,
  type Rollout,
  type RolloutList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const start = route({
  method: 'POST',
  path: '/v1/agents/:name/rollouts',
  access: 'admin',
  tag: 'rollouts',
  summary: 'Try another version of an agent on a part of its new runs',
  description:
    'The same thread (or user) always gets the same version, and who is on the candidate stays there when the share grows. An agent has one rollout at a time. The same idempotency key is the same rollout.',
  body: {
    message: StartRolloutRequestSchema,
    tenantAt: 'tenant',
    without: ['agent', 'actor'],
    set: ({ params }) => ({ agent: params['name'] ?? '' }),
  },
  replies: { 200: { message: RolloutSchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/rollouts',
  access: 'read',
  tag: 'rollouts',
  summary: 'List rollouts, the newest first',
  query: z.object({
    agent: text('Of this agent only.'),
    status: text('running, promoted, rolled_back or stopped only.'),
    limit: limit(200, 200),
    after: text('The last id of the page before.'),
  }),
  replies: { 200: { message: RolloutListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/rollouts/:id',
  access: 'read',
  tag: 'rollouts',
  summary: 'Get a rollout: under way, or how it ended',
  replies: { 200: { message: RolloutSchema } },
});

const change = route({
  method: 'PATCH',
  path: '/v1/rollouts/:id',
  access: 'admin',
  tag: 'rollouts',
  summary: 'Give the candidate another share of new runs',
  body: {
    message: ChangeRolloutRequestSchema,
    tenantAt: 'tenant',
    without: ['id', 'actor'],
    set: ({ params }) => ({ id: params['id'] ?? '' }),
  },
  replies: { 200: { message: RolloutSchema } },
});

const end = route({
  method: 'POST',
  path: '/v1/rollouts/:id/end',
  access: 'admin',
  tag: 'rollouts',
  summary: 'End a rollout',
  description:
    '`promoted` makes the candidate the current version, unless somebody has applied another one meanwhile; `rolled_back` and `stopped` leave the current one. A rollout ends once: asked again, it answers how it ended.',
  body: {
    message: EndRolloutRequestSchema,
    tenantAt: 'tenant',
    without: ['id', 'actor'],
    set: ({ params }) => ({ id: params['id'] ?? '' }),
  },
  replies: { 200: { message: RolloutSchema } },
});

@Controller()
export class RolloutsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(start)
  start(@Incoming() { body, identity }: CallOf<typeof start>): Promise<Rollout> {
    return this.rpc.call(RouterService.method.startRollout, { ...body, actor: actorOf(identity) });
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<RolloutList> {
    return this.rpc.call(RouterService.method.listRollouts, { tenant, ...given(query) });
  }

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Rollout> {
    return this.rpc.call(RouterService.method.getRollout, { tenant, id: params['id'] ?? '' });
  }

  @Route(change)
  change(@Incoming() { body, identity }: CallOf<typeof change>): Promise<Rollout> {
    return this.rpc.call(RouterService.method.changeRollout, { ...body, actor: actorOf(identity) });
  }

  @Route(end)
  end(@Incoming() { body, identity }: CallOf<typeof end>): Promise<Rollout> {
    return this.rpc.call(RouterService.method.endRollout, { ...body, actor: actorOf(identity) });
  }
}
