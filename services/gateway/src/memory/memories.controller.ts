import { Controller, Inject } from '@nestjs/common';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  MemoryHistorySchema,
  MemoryListSchema,
  MemorySchema,
  MemoryService,
  RecallReplySchema,
  RecallRequestSchema,
  RecordEpisodesReplySchema,
  RecordEpisodesRequestSchema,
  RememberRequestSchema,
  timestampFromDate,
  type Memory,
  type MemoryHistory,
  type MemoryList,
  type RecallReply,
  type RecordEpisodesReply,
} from '@switchyard/contracts';
import { actorOf, mustAllow } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, listOf, moment, text, texts } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { provenanceOf } from './provenance.js';
import { SCOPE as scope } from './scope-query.js';

const remember = route({
  method: 'POST',
  path: '/v1/memories',
  access: 'run',
  tag: 'memory',
  summary: 'Remember something',
  description:
    'The same statement in the same scope is counted, not stored twice. Its provenance is the caller\'s: `source` is "user" and `actor` the key\'s name, whatever the body says; but that it may say "agent" for an assistant that acts with this key, which is believed less. The body may name no run.',
  body: { message: RememberRequestSchema, tenantAt: 'scope.tenant' },
  replies: { 200: { message: MemorySchema } },
});

const record = route({
  method: 'POST',
  path: '/v1/memories/episodes',
  access: 'run',
  tag: 'memory',
  summary: 'Record what was said or done',
  description:
    "All of it or nothing; what has a `key` is stored once. With `derive` rules find the facts in it. Its provenance is the caller's, as of `POST /v1/memories`.",
  body: { message: RecordEpisodesRequestSchema, tenantAt: 'scope.tenant' },
  replies: { 200: { message: RecordEpisodesReplySchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/memories/:id',
  access: 'read',
  tag: 'memory',
  summary: 'Get a memory with all that explains it',
  description: 'What it was made of and what was made of it, what was known of it when, and what was done to it.',
  replies: { 200: { message: MemoryHistorySchema } },
});

const list = route({
  method: 'GET',
  path: '/v1/memories',
  access: 'read',
  tag: 'memory',
  summary: 'List memories, the newest first, or as they were said',
  query: z.object({
    ...scope,
    limit: limit(200, 50),
    before: text('The last id of the page before.'),
    kinds: texts('Only of this kind: episode, fact or summary.'),
    states: texts('Only in this state: current, superseded or retracted; current and superseded where absent.'),
    tags: texts('Only with this tag.'),
    since: moment('Said or recorded since.'),
    until: moment('Said or recorded until.'),
    run_id: text('Only what this run said and saved, also where that had been said before.'),
    conversation: text('Only what was said in this conversation, and what is of the thread of this name.'),
    as_said: z.enum(['true', 'false']).optional().describe('`true`: in the order in which they were said.'),
  }),
  replies: { 200: { message: MemoryListSchema } },
});

const search = route({
  method: 'GET',
  path: '/v1/memories/search',
  access: 'read',
  tag: 'memory',
  summary: 'Recall what matters to a query',
  query: z.object({
    query: z.string().min(1).max(8_192),
    ...scope,
    limit: limit(50, 8),
    budget_tokens: z.coerce.number().int().min(0).max(1_000_000).optional().describe('Tokens of all texts together.'),
    as_of: moment('What was true at this moment.'),
    known_at: moment('What was known at this moment.'),
    since: moment('Said or recorded since.'),
    until: moment('Said or recorded until.'),
    kinds: texts('Only of this kind: episode, fact or summary.'),
    tags: texts('Only with this tag.'),
    min_trust: z.enum(['low', 'medium', 'high']).optional().describe('Only what is believed at least so much.'),
  }),
  replies: { 200: { message: RecallReplySchema } },
});

const recall = route({
  method: 'POST',
  path: '/v1/memories/search',
  access: 'read',
  tag: 'memory',
  summary: 'Recall what matters to a query that is too long for a URL',
  description: 'With `rerank`, an agent puts the best into order, which needs a key with scope `run`.',
  body: { message: RecallRequestSchema, tenantAt: 'scope.tenant', without: ['run_id'] },
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
    return this.rpc.call(MemoryService.method.remember, {
      ...body,
      provenance: provenanceOf(identity, 'RememberRequest', body.provenance),
    });
  }

  @Route(record)
  record(@Incoming() { body, identity }: CallOf<typeof record>): Promise<RecordEpisodesReply> {
    // The tools of a run say of which kind their words are; a person's are a person's.
    const episodes = body.episodes.map((episode) => ({ ...episode, source: '', seq: 0 }));
    return this.rpc.call(MemoryService.method.recordEpisodes, {
      ...body,
      episodes,
      provenance: provenanceOf(identity, 'RecordEpisodesRequest', body.provenance),
    });
  }

  @Route(get)
  get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<MemoryHistory> {
    return this.rpc.call(MemoryService.method.getMemory, { tenant, id: params['id'] ?? '' });
  }

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<MemoryList> {
    const {
      limit: most,
      before,
      kinds,
      states,
      tags,
      since,
      until,
      run_id: runId,
      conversation,
      as_said,
      ...narrow
    } = query;
    return this.rpc.call(MemoryService.method.listMemories, {
      scope: { tenant, ...given(narrow) },
      ...given({ limit: most, before, runId, conversation, since: timeOf(since), until: timeOf(until) }),
      kinds: listOf(kinds),
      states: listOf(states),
      tags: listOf(tags),
      asSaid: as_said === 'true',
    });
  }

  @Route(search)
  search(@Incoming() { tenant, query }: CallOf<typeof search>): Promise<RecallReply> {
    const { agent, user, thread, kinds, tags, as_of, known_at, since, until, ...rest } = query;
    return this.rpc.call(MemoryService.method.recall, {
      scope: { tenant, ...given({ agent, user, thread }) },
      query: rest.query,
      narrow: true,
      kinds: listOf(kinds),
      tags: listOf(tags),
      ...given({ limit: rest.limit, budgetTokens: rest.budget_tokens, minTrust: rest.min_trust }),
      ...given({ asOf: timeOf(as_of), knownAt: timeOf(known_at), since: timeOf(since), until: timeOf(until) }),
    });
  }

  @Route(recall)
  recall(@Incoming() { body, identity }: CallOf<typeof recall>): Promise<RecallReply> {
    // An agent's run costs money.
    if (body.rerank !== '') mustAllow(identity, 'run');
    return this.rpc.call(MemoryService.method.recall, { ...body, narrow: true });
  }

  @Route(forget)
  forget(@Incoming() { tenant, params, identity }: CallOf<typeof forget>): Promise<Memory> {
    const actor = actorOf(identity);
    return this.rpc.call(MemoryService.method.forget, { tenant, id: params['id'] ?? '', actor });
  }
}

function timeOf(text: string | undefined): Timestamp | undefined {
  return text === undefined ? undefined : timestampFromDate(new Date(text));
}
