import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { DEAD_KINDS, RpcClient } from '@switchyard/bus';
import {
  DeadLetterListSchema,
  DeadLetterSchema,
  RedriveReplySchema,
  RedriveRequestSchema,
  RouterService,
  type DeadLetter,
  type DeadLetterList,
  type RedriveReply,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** Letters are looked up and redriven one after the other. */
const REDRIVE_TIMEOUT_MS = 120_000;

const kinds = 'tasks, feedback, exec, tool, event: messages; run: runs that failed.';

const list = route({
  method: 'GET',
  path: '/v1/dead-letters',
  access: 'admin',
  ofPlatform: true,
  tag: 'system',
  summary: 'List what failed for good, with its cause',
  description: 'Messages that nobody could handle, and runs that failed; those that were redriven only with `all`.',
  query: z.object({
    kind: z.enum(DEAD_KINDS).optional().describe(kinds),
    code: text('Only with this code as the cause.'),
    agent: text('Only of this agent.'),
    backend: text('Only of this backend.'),
    tenant: text('Only of this tenant.'),
    all: z.enum(['true', 'false']).optional().describe('Those too that were redriven.'),
    limit: limit(200, 50),
  }),
  replies: { 200: { message: DeadLetterListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/dead-letters/:kind/:id',
  access: 'admin',
  ofPlatform: true,
  tag: 'system',
  summary: 'Get a dead letter: its cause, its payload, and what can be done',
  replies: { 200: { message: DeadLetterSchema } },
});

const redriveOne = route({
  method: 'POST',
  path: '/v1/dead-letters/:kind/:id/redrive',
  access: 'admin',
  ofPlatform: true,
  tag: 'system',
  summary: 'Give a dead letter another try',
  description: [
    'A message goes in again by the door that it came to; of a run that failed a new one is made from its last step, on the same',
    'backend or another. Redriven again, it is the same task, call or run. Refused while nobody knows whether an irreversible call of',
    'the run took effect.',
  ].join(' '),
  body: {
    message: RedriveRequestSchema,
    without: ['kind', 'id', 'tenant', 'code', 'agent', 'on_backend', 'limit', 'actor'],
    set: ({ params }) => ({ kind: params['kind'] ?? '', id: params['id'] ?? '' }),
    optional: true,
  },
  replies: { 200: { message: RedriveReplySchema } },
});

const redriveAll = route({
  method: 'POST',
  path: '/v1/dead-letters/redrive',
  access: 'admin',
  ofPlatform: true,
  tag: 'system',
  summary: 'Give all dead letters that a filter has another try',
  description: 'At most 500 at a time, 100 where `limit` is absent; each says which run goes on, or why none does.',
  body: { message: RedriveRequestSchema, without: ['id', 'actor'], optional: true },
  replies: { 200: { message: RedriveReplySchema } },
});

@Controller()
export class DeadLettersController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { query }: CallOf<typeof list>): Promise<DeadLetterList> {
    const { all, ...filter } = query;
    return this.rpc.call(RouterService.method.listDeadLetters, { ...given(filter), all: all === 'true' });
  }

  @Route(redriveAll)
  redriveAll(@Incoming() { body, identity }: CallOf<typeof redriveAll>): Promise<RedriveReply> {
    return this.redrive({ ...body, actor: actorOf(identity) });
  }

  @Route(get)
  get(@Incoming() { params }: CallOf<typeof get>): Promise<DeadLetter> {
    return this.rpc.call(RouterService.method.getDeadLetter, { kind: params['kind'] ?? '', id: params['id'] ?? '' });
  }

  @Route(redriveOne)
  redriveOne(@Incoming() { body, identity }: CallOf<typeof redriveOne>): Promise<RedriveReply> {
    return this.redrive({ ...body, actor: actorOf(identity) });
  }

  private redrive(request: CallOf<typeof redriveAll>['body']): Promise<RedriveReply> {
    return this.rpc.call(RouterService.method.redrive, request, { timeoutMs: REDRIVE_TIMEOUT_MS });
  }
}
