import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  BackendListSchema,
  BackendSchema,
  EmptySchema,
  RouterService,
  type Backend,
  type BackendList,
  type Empty,
} from '@switchyard/contracts';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/backends',
  access: 'read',
  tag: 'backends',
  summary: 'List backends with their health',
  replies: { 200: { message: BackendListSchema } },
});

const apply = route({
  method: 'POST',
  path: '/v1/backends',
  access: 'admin',
  ofPlatform: true,
  tag: 'backends',
  summary: 'Add or change a backend',
  description:
    'The key itself is never sent: name the environment variable of the executors that holds it (`api_key_env`).',
  body: { message: BackendSchema, without: ['health'] },
  replies: { 200: { message: BackendSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/backends/:name',
  access: 'read',
  tag: 'backends',
  summary: 'Get a backend',
  replies: { 200: { message: BackendSchema } },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/backends/:name',
  access: 'admin',
  ofPlatform: true,
  tag: 'backends',
  summary: 'Remove a backend',
  replies: { 200: { message: EmptySchema } },
});

@Controller()
export class BackendsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(): Promise<BackendList> {
    return this.rpc.call(RouterService.method.listBackends, {});
  }

  @Route(apply)
  apply(@Incoming() { body }: CallOf<typeof apply>): Promise<Backend> {
    return this.rpc.call(RouterService.method.applyBackend, body);
  }

  @Route(get)
  get(@Incoming() { params }: CallOf<typeof get>): Promise<Backend> {
    return this.rpc.call(RouterService.method.getBackend, { name: params['name'] ?? '' });
  }

  @Route(remove)
  remove(@Incoming() { params }: CallOf<typeof remove>): Promise<Empty> {
    return this.rpc.call(RouterService.method.removeBackend, { name: params['name'] ?? '' });
  }
}
