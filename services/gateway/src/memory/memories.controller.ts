import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  create,
  MemoryListSchema,
  MemorySchema,
  MemoryService,
  ProvenanceSchema,
  RecallReplySchema,
  RecallRequestSchema,
  RememberRequestSchema,
  SwitchyardError,
  type Memory,
  type MemoryList,
  type Provenance,
  type RecallReply,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const scope = { agent: text('Of this agent.'), user: text('Of this user.'), thread: text('Of this thread.') };

const remember = route({
  method: 'POST',
  path: '/v1/memories',
  access: 'run',
  tag: 'memory',
  summary: 'Remember something',
  description:
    'The same statement in the same scope is counted, not stored twice. Its provenance is the caller\'s: `source` is "user" and `actor` the key\'s name, whatever the body says; the body may name no run.',
  body: { message: RememberRequestSchema, tenantAt: 'scope.tenant' },
  replies: { 200: { message: MemorySchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/memories',
  access: 'read',
  tag: 'memory',
  summary: 'List memories, the newest first',
  query: z.object({ ...scope, limit: limit(200, 50), before: text('The last id of the page before.') }),
  replies: { 200: { message: MemoryListSchema } },
});

const search = route({
  method: 'GET',
  path: '/v1/memories/search',
  access: 'read',
  tag: 'memory',
  summary: 'Recall what matters to a query',
  query: z.object({ query: z.string().min(1).max(8_192), ...scope, limit: limit(50, 8) }),
  replies: { 200: { message: RecallReplySchema } },
});

const recall = route({
  method: 'POST',
  path: '/v1/memories/search',
  access: 'read',
  tag: 'memory',
  summary: 'Recall what matters to a query that is too long for a URL',
  body: { message: RecallRequestSchema, tenantAt: 'scope.tenant' },
  replies: { 200: { message: RecallReplySchema } },
});

const forget = route({
  method: 'DELETE',
  path: '/v1/memories/:id',
  access: 'run',
  tag: 'memory',
  summary: 'Forget a memory',
  replies: { 200: { message: MemorySchema } },
});

@Controller()
export class MemoriesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(remember)
  remember(@Incoming() { body, identity }: CallOf<typeof remember>): Promise<Memory> {
    if (body.provenance) refuseRun(body.provenance);
    const provenance = create(ProvenanceSchema, { source: 'user', actor: actorOf(identity) });
    return this.rpc.call(MemoryService.method.remember, { ...body, provenance });
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<MemoryList> {
    const { limit: most, before, ...narrow } = query;
    return this.rpc.call(MemoryService.method.listMemories, {
      scope: { tenant, ...given(narrow) },
      ...given({ limit: most, before }),
    });
  }

  @Route(search)
  search(@Incoming() { tenant, query }: CallOf<typeof search>): Promise<RecallReply> {
    const { limit: most, query: words, ...narrow } = query;
    return this.rpc.call(MemoryService.method.recall, {
      scope: { tenant, ...given(narrow) },
      query: words,
      narrow: true,
      ...given({ limit: most }),
    });
  }

  @Route(recall)
  recall(@Incoming() { body }: CallOf<typeof recall>): Promise<RecallReply> {
    return this.rpc.call(MemoryService.method.recall, { ...body, narrow: true });
  }

  @Route(forget)
  forget(@Incoming() { tenant, params }: CallOf<typeof forget>): Promise<Memory> {
    return this.rpc.call(MemoryService.method.forget, { tenant, id: params['id'] ?? '' });
  }
}

/** What a run said, it says over the bus: over HTTP anyone could put words into its mouth. */
function refuseRun({ runId, callId, seq }: Provenance): void {
  const given = Object.entries({ run_id: runId, call_id: callId, seq }).find(([, value]) => Boolean(value));
  if (!given) return;
  throw new SwitchyardError(
    'contract.invalid',
    `RememberRequest.provenance.${given[0]} cannot be said over HTTP: only a run names itself as a source. Leave it out.`,
    { details: { field: `provenance.${given[0]}` } },
  );
}
