import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ActOnSwapRequestSchema,
  EvaluatorService,
  StartSwapRequestSchema,
  SwapListSchema,
  SwapSchema,
  type Swap,
  type SwapList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const start = route({
  method: 'POST',
  path: '/v1/swaps',
  access: 'admin',
  tag: 'swaps',
  summary: 'Swap the backend or the version of an agent, with proof',
  description: [
    'Evaluates both, certifies or refuses, gives the candidate a part of the new runs, and promotes it or rolls it back. Goes on by itself, whatever',
    'crashes; an agent has one swap at a time. With "dry_run" it only says what would be done and what that would take.',
  ].join(' '),
  body: { message: StartSwapRequestSchema, tenantAt: 'tenant', without: ['actor'] },
  replies: { 202: { message: SwapSchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/swaps',
  access: 'read',
  tag: 'swaps',
  summary: 'List swaps, the newest first',
  query: z.object({
    agent: text('Of this agent only.'),
    status: text('Those that are so only: watching, refused, promoted, …'),
    limit: limit(200, 50),
    after: text('The last id of the page before.'),
  }),
  replies: { 200: { message: SwapListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/swaps/:id',
  access: 'read',
  tag: 'swaps',
  summary: 'Get a swap with its comparisons and all that was done',
  replies: { 200: { message: SwapSchema } },
});

const body = {
  message: ActOnSwapRequestSchema,
  tenantAt: 'tenant',
  without: ['id', 'actor'],
  set: ({ params }: { params: Readonly<Record<string, string>> }) => ({ id: params['id'] ?? '' }),
  optional: true,
} as const;

const stop = route({
  method: 'POST',
  path: '/v1/swaps/:id/stop',
  access: 'admin',
  tag: 'swaps',
  summary: 'Stop a swap',
  description: 'Cancels what is evaluated, and ends its rollout. One that has ended stays as it ended.',
  body,
  replies: { 200: { message: SwapSchema } },
});

const approve = route({
  method: 'POST',
  path: '/v1/swaps/:id/approve',
  access: 'admin',
  tag: 'swaps',
  summary: 'Let the canary of a certified swap begin',
  body,
  replies: { 200: { message: SwapSchema } },
});

@Controller()
export class SwapsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(start)
  start(@Incoming() { body: asked, identity }: CallOf<typeof start>): Promise<Swap> {
    return this.rpc.call(EvaluatorService.method.startSwap, { ...asked, actor: actorOf(identity) });
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<SwapList> {
    return this.rpc.call(EvaluatorService.method.listSwaps, { tenant, ...given(query) });
  }

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Swap> {
    return this.rpc.call(EvaluatorService.method.getSwap, { tenant, id: params['id'] ?? '' });
  }

  @Route(stop)
  stop(@Incoming() { body: asked, identity }: CallOf<typeof stop>): Promise<Swap> {
    return this.rpc.call(EvaluatorService.method.stopSwap, { ...asked, actor: actorOf(identity) });
  }

  @Route(approve)
  approve(@Incoming() { body: asked, identity }: CallOf<typeof approve>): Promise<Swap> {
    return this.rpc.call(EvaluatorService.method.approveSwap, { ...asked, actor: actorOf(identity) });
  }
}
