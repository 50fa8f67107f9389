import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  AgentDefinitionSchema,
  AgentDiffSchema,
  AgentListSchema,
  AgentVersionSchema,
  ApplyAgentReplySchema,
  RouterService,
  type AgentDiff,
  type AgentList,
  type AgentVersion,
  type ApplyAgentReply,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const definition = { document: 'an agent definition', like: AgentDefinitionSchema, yaml: true } as const;

const list = route({
  method: 'GET',
  path: '/v1/agents',
  access: 'read',
  tag: 'agents',
  summary: 'List agents in their current version',
  query: z.object({ limit: limit(200, 200), after: text('The last name of the page before.') }),
  replies: { 200: { message: AgentListSchema } },
});

const apply = route({
  method: 'POST',
  path: '/v1/agents',
  access: 'admin',
  tag: 'agents',
  summary: 'Create or update an agent',
  description:
    'The body is the definition, as JSON or (application/yaml) as YAML. An unchanged definition makes no new version. With `staged` it becomes a version that is not the current one, for tasks and rollouts that name it. Without, it ends a rollout of the agent that is under way.',
  query: z.object({
    staged: z.enum(['true', 'false']).optional().describe('Keep it as a version that is not the current one.'),
  }),
  body: definition,
  replies: { 200: { message: ApplyAgentReplySchema } },
});

const diff = route({
  method: 'POST',
  path: '/v1/agents/diff',
  access: 'read',
  tag: 'agents',
  summary: 'Compare a definition with the current version; nothing is stored',
  body: definition,
  replies: { 200: { message: AgentDiffSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/agents/:name',
  access: 'read',
  tag: 'agents',
  summary: 'Get an agent',
  query: z.object({ version: text('Content address or number; the current one where absent.') }),
  replies: { 200: { message: AgentVersionSchema } },
});

const versions = route({
  method: 'GET',
  path: '/v1/agents/:name/versions',
  access: 'read',
  tag: 'agents',
  summary: "List an agent's versions",
  query: z.object({
    before: z.coerce
      .number()
      .int()
      .min(1)
      .max(2_147_483_647)
      .optional()
      .describe('The last number of the page before.'),
  }),
  replies: { 200: { message: AgentListSchema } },
});

@Controller()
export class AgentsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<AgentList> {
    return this.rpc.call(RouterService.method.listAgents, { tenant, ...given(query) });
  }

  @Route(apply)
  apply(@Incoming() { tenant, body, query, identity }: CallOf<typeof apply>): Promise<ApplyAgentReply> {
    const staged = query.staged === 'true';
    return this.rpc.call(RouterService.method.applyAgent, {
      tenant,
      definition: body,
      staged,
      actor: actorOf(identity),
    });
  }

  @Route(diff)
  diff(@Incoming() { tenant, body }: CallOf<typeof diff>): Promise<AgentDiff> {
    return this.rpc.call(RouterService.method.diffAgent, { tenant, definition: body });
  }

  @Route(get)
  get(@Incoming() { tenant, params, query }: CallOf<typeof get>): Promise<AgentVersion> {
    return this.rpc.call(RouterService.method.getAgent, { tenant, name: params['name'] ?? '', ...given(query) });
  }

  @Route(versions)
  versions(@Incoming() { tenant, params, query }: CallOf<typeof versions>): Promise<AgentList> {
    const name = params['name'] ?? '';
    return this.rpc.call(RouterService.method.listAgentVersions, { tenant, name, ...given(query) });
  }
}
