import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  AddWatchRequestSchema,
  EvaluatorService,
  WatchListSchema,
  WatchSchema,
  type Watch,
  type WatchList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const add = route({
  method: 'POST',
  path: '/v1/watches',
  access: 'run',
  tag: 'evaluations',
  summary: 'Watch a live backend',
  description: [
    'At every turn it is asked a few fixed things, and runs and scores a suite where one is named. The first turn is due at once; what all of them',
    'cost counts to the tenant, and is held to `max_cost_usd` a day.',
  ].join(' '),
  body: { message: AddWatchRequestSchema, tenantAt: 'tenant', without: ['actor'] },
  replies: { 200: { message: WatchSchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/watches',
  access: 'read',
  tag: 'evaluations',
  summary: 'List watches, each with its last turn',
  replies: { 200: { message: WatchListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/watches/:name',
  access: 'read',
  tag: 'evaluations',
  summary: 'Get a watch with its last turns',
  replies: { 200: { message: WatchSchema } },
});

const run = route({
  method: 'POST',
  path: '/v1/watches/:name/run',
  access: 'run',
  tag: 'evaluations',
  summary: 'Take the next turn of a watch now',
  replies: { 202: { message: WatchSchema } },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/watches/:name',
  access: 'run',
  tag: 'evaluations',
  summary: 'End a watch',
  description: 'Its turns go with it. What it found stays.',
  replies: { 200: { message: WatchSchema } },
});

@Controller()
export class WatchesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(add)
  add(@Incoming() { body, identity }: CallOf<typeof add>): Promise<Watch> {
    return this.rpc.call(EvaluatorService.method.addWatch, { ...body, actor: actorOf(identity) });
  }

  @Route(list)
  list(@Incoming() { tenant }: CallOf<typeof list>): Promise<WatchList> {
    return this.rpc.call(EvaluatorService.method.listWatches, { tenant });
  }

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Watch> {
    return this.rpc.call(EvaluatorService.method.getWatch, { tenant, name: params['name'] ?? '' });
  }

  @Route(run)
  run(@Incoming() { tenant, params, identity }: CallOf<typeof run>): Promise<Watch> {
    return this.rpc.call(EvaluatorService.method.runWatch, {
      ...{ tenant, name: params['name'] ?? '', actor: actorOf(identity) },
    });
  }

  @Route(remove)
  remove(@Incoming() { tenant, params, identity }: CallOf<typeof remove>): Promise<Watch> {
    return this.rpc.call(EvaluatorService.method.removeWatch, {
      ...{ tenant, name: params['name'] ?? '', actor: actorOf(identity) },
    });
  }
}
