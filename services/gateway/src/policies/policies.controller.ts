import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  EmptySchema,
  PolicyListSchema,
  PolicySchema,
  RouterService,
  type Empty,
  type Policy,
  type PolicyList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/policies',
  access: 'read',
  tag: 'approvals',
  summary: 'List the policies on tool calls',
  replies: { 200: { message: PolicyListSchema } },
});

const apply = route({
  method: 'POST',
  path: '/v1/policies',
  access: 'admin',
  tag: 'approvals',
  summary: 'Create or change a policy on tool calls',
  description:
    'Rules that hold for every agent of the tenant. The first that fits decides for its policy; of several policies, of a tool and of an agent the strictest holds: deny, ask, allow.',
  body: { message: PolicySchema, tenantAt: 'tenant', without: ['updated_at', 'updated_by'], yaml: true },
  replies: { 200: { message: PolicySchema } },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/policies/:name',
  access: 'admin',
  tag: 'approvals',
  summary: 'Remove a policy on tool calls',
  replies: { 200: { message: EmptySchema } },
});

@Controller()
export class PoliciesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant }: CallOf<typeof list>): Promise<PolicyList> {
    return this.rpc.call(RouterService.method.listPolicies, { tenant });
  }

  @Route(apply)
  apply(@Incoming() { body, identity }: CallOf<typeof apply>): Promise<Policy> {
    return this.rpc.call(RouterService.method.applyPolicy, { ...body, updatedBy: actorOf(identity) });
  }

  @Route(remove)
  remove(@Incoming() { tenant, params, identity }: CallOf<typeof remove>): Promise<Empty> {
    const actor = actorOf(identity);
    return this.rpc.call(RouterService.method.removePolicy, { tenant, name: params['name'] ?? '', actor });
  }
}
