import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ConsolidateReplySchema,
  ConsolidateRequestSchema,
  ConsolidationPolicySchema,
  MemoryBlockSchema,
  MemoryService,
  MemoryStatusReplySchema,
  PutBlockRequestSchema,
  RetentionListSchema,
  RetentionPolicySchema,
  type ConsolidateReply,
  type ConsolidationPolicy,
  type MemoryBlock,
  type MemoryStatusReply,
  type RetentionList,
  type RetentionPolicy,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { text } from '../http/queries.js';
import { ownTenant } from '../http/read-call.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { SCOPE } from './scope-query.js';

/** An agent begins summaries for a minute, and has half of one for the last; they are weighed after. */
const CONSOLIDATE_TIMEOUT_MS = 100_000;

const status = route({
  method: 'GET',
  path: '/v1/memories/status',
  access: 'read',
  tag: 'memory',
  summary: 'How memories are searched by meaning, what waits for it, and what agents were asked for',
  replies: { 200: { message: MemoryStatusReplySchema } },
});

const listRetention = route({
  method: 'GET',
  path: '/v1/memories/retention',
  access: 'read',
  tag: 'memory',
  summary: 'List the policies on how long memories are kept',
  replies: { 200: { message: RetentionListSchema } },
});

const putRetention = route({
  method: 'POST',
  path: '/v1/memories/retention',
  access: 'admin',
  tag: 'memory',
  summary: 'Create or change a policy on how long memories are kept',
  body: { message: RetentionPolicySchema, tenantAt: 'tenant' },
  replies: { 200: { message: RetentionPolicySchema } },
});

const deleteRetention = route({
  method: 'DELETE',
  path: '/v1/memories/retention/:name',
  access: 'admin',
  tag: 'memory',
  summary: 'Remove a policy on how long memories are kept',
  replies: { 200: { message: RetentionPolicySchema } },
});

const getBlock = route({
  method: 'GET',
  path: '/v1/memories/blocks',
  access: 'read',
  tag: 'memory',
  summary: 'Read the working memory of a thread',
  description: 'With `version` 0 where there is none yet.',
  query: z.object({ ...SCOPE, label: text('Which one, where there are several.') }),
  replies: { 200: { message: MemoryBlockSchema } },
});

const putBlock = route({
  method: 'POST',
  path: '/v1/memories/blocks',
  access: 'run',
  tag: 'memory',
  summary: 'Write the working memory of a thread',
  description: 'With `version` it is refused where somebody has written it since.',
  body: { message: PutBlockRequestSchema, tenantAt: 'scope.tenant', without: ['actor', 'call_id'] },
  replies: { 200: { message: MemoryBlockSchema } },
});

const consolidate = route({
  method: 'POST',
  path: '/v1/memories/consolidations',
  access: 'run',
  tag: 'memory',
  summary: 'Make summaries of what a scope holds',
  description:
    'Of exactly this scope, by rules or by the agent that is named. A summary rests on its facts, replaces nothing, and is kept only if they are found as well with it as without.',
  body: { message: ConsolidateRequestSchema, tenantAt: 'scope.tenant' },
  replies: { 200: { message: ConsolidateReplySchema } },
});

const getConsolidation = route({
  method: 'GET',
  path: '/v1/memories/consolidation',
  access: 'read',
  tag: 'memory',
  summary: 'Read whether summaries are made in the background',
  description: 'With nothing in `rounds`: as the platform is set.',
  replies: { 200: { message: ConsolidationPolicySchema } },
});

const putConsolidation = route({
  method: 'POST',
  path: '/v1/memories/consolidation',
  access: 'admin',
  tag: 'memory',
  summary: 'Say whether summaries are made in the background',
  description: 'Where the platform makes any (SWITCHYARD_CONSOLIDATION).',
  body: { message: ConsolidationPolicySchema, tenantAt: 'tenant' },
  replies: { 200: { message: ConsolidationPolicySchema } },
});

/** What is kept, for how long, and the working memory of threads. */
@Controller()
export class MemorySettingsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(status)
  status(@Incoming() { tenant }: CallOf<typeof status>): Promise<MemoryStatusReply> {
    return this.rpc.call(MemoryService.method.memoryStatus, { tenant });
  }

  @Route(listRetention)
  listRetention(@Incoming() { tenant }: CallOf<typeof listRetention>): Promise<RetentionList> {
    return this.rpc.call(MemoryService.method.listRetention, { tenant });
  }

  @Route(putRetention)
  putRetention(@Incoming() { body, tenant }: CallOf<typeof putRetention>): Promise<RetentionPolicy> {
    const { scope, ...rest } = body;
    if (scope?.tenant) ownTenant(scope.tenant, tenant);
    return this.rpc.call(MemoryService.method.putRetention, { ...rest, ...(scope && { scope: { ...scope, tenant } }) });
  }

  @Route(deleteRetention)
  deleteRetention(@Incoming() { tenant, params }: CallOf<typeof deleteRetention>): Promise<RetentionPolicy> {
    return this.rpc.call(MemoryService.method.deleteRetention, { tenant, name: params['name'] ?? '' });
  }

  @Route(getBlock)
  getBlock(@Incoming() { tenant, query }: CallOf<typeof getBlock>): Promise<MemoryBlock> {
    const { label, ...scope } = query;
    return this.rpc.call(MemoryService.method.getBlock, { scope: { tenant, ...given(scope) }, ...given({ label }) });
  }

  @Route(putBlock)
  putBlock(@Incoming() { body, identity }: CallOf<typeof putBlock>): Promise<MemoryBlock> {
    return this.rpc.call(MemoryService.method.putBlock, { ...body, actor: actorOf(identity) });
  }

  @Route(consolidate)
  consolidate(@Incoming() { body }: CallOf<typeof consolidate>): Promise<ConsolidateReply> {
    return this.rpc.call(MemoryService.method.consolidate, body, { timeoutMs: CONSOLIDATE_TIMEOUT_MS });
  }

  @Route(getConsolidation)
  getConsolidation(@Incoming() { tenant }: CallOf<typeof getConsolidation>): Promise<ConsolidationPolicy> {
    return this.rpc.call(MemoryService.method.getConsolidation, { tenant });
  }

  @Route(putConsolidation)
  putConsolidation(@Incoming() { body }: CallOf<typeof putConsolidation>): Promise<ConsolidationPolicy> {
    return this.rpc.call(MemoryService.method.putConsolidation, body);
  }
}
