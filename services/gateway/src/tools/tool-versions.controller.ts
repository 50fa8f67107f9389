import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  AcceptToolVersionRequestSchema,
  ToolHostService,
  ToolVersionListSchema,
  ToolVersionSchema,
  type ToolVersion,
  type ToolVersionList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** The hosts of the tool's pool are asked to show the change before the answer. */
const ACCEPT_TIMEOUT_MS = 30_000;

const list = route({
  method: 'GET',
  path: '/v1/tools/:name/versions',
  access: 'read',
  tag: 'tools',
  summary: 'List what a server has offered under the name of a tool, the newest first',
  description: '`current` is the one that agents get.',
  replies: { 200: { message: ToolVersionListSchema } },
});

const accept = route({
  method: 'POST',
  path: '/v1/tools/:name/accept',
  access: 'admin',
  ofPlatform: true,
  tag: 'tools',
  summary: 'Accept a version of a tool: agents get it from now on',
  description: 'Without `number` the newest. An earlier number goes back to what was.',
  body: {
    message: AcceptToolVersionRequestSchema,
    without: ['tool', 'actor'],
    set: ({ params }) => ({ tool: params['name'] ?? '' }),
    optional: true,
  },
  replies: { 200: { message: ToolVersionSchema } },
});

@Controller()
export class ToolVersionsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { params }: CallOf<typeof list>): Promise<ToolVersionList> {
    return this.rpc.call(ToolHostService.method.listToolVersions, { tool: params['name'] ?? '' });
  }

  @Route(accept)
  accept(@Incoming() { body, identity }: CallOf<typeof accept>): Promise<ToolVersion> {
    const request = { ...body, actor: actorOf(identity) };
    return this.rpc.call(ToolHostService.method.acceptToolVersion, request, { timeoutMs: ACCEPT_TIMEOUT_MS });
  }
}
