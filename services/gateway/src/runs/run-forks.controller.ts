import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ForkRunRequestSchema,
  RouterService,
  RunStateViewSchema,
  RunStepsSchema,
  SubmitReplySchema,
  type RunStateView,
  type RunSteps,
  type SubmitReply,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { limit } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** The whole of a long journal is read, and written once more. */
const LONG = { timeoutMs: 60_000 };

const place = (description: string) => z.coerce.number().int().min(0).max(0xffffffff).optional().describe(description);

const fork = route({
  method: 'POST',
  path: '/v1/runs/:id/fork',
  access: 'run',
  tag: 'runs',
  summary: 'Begin a new run with the first entries of this one',
  description: [
    'The new run has the conversation and the tool results that this one had after entry `seq`, and nothing of them is executed again;',
    'what they cost stays with this run. It may go on with another backend or agent version, and with input of its own. Only entries',
    'after which no call is open will do (`forkable` in the steps); the error names the nearest. The run itself is only read, whatever',
    'its status. The same idempotency key is the same fork.',
  ].join(' '),
  body: {
    message: ForkRunRequestSchema,
    tenantAt: 'tenant',
    without: ['run_id', 'actor'],
    set: ({ params }) => ({ run_id: params['id'] ?? '' }),
    optional: true,
  },
  status: 202,
  replies: { 202: { message: SubmitReplySchema, description: 'Accepted.' } },
});

const state = route({
  method: 'GET',
  path: '/v1/runs/:id/state',
  access: 'read',
  tag: 'runs',
  summary: 'Get what a run was after an entry of its journal',
  description:
    'Read off the journal; nothing is executed. Long texts are shortened, and the first of too many messages left out.',
  query: z.object({ seq: place('The entry; the last where absent.') }),
  replies: { 200: { message: RunStateViewSchema } },
});

const steps = route({
  method: 'GET',
  path: '/v1/runs/:id/steps',
  access: 'read',
  tag: 'runs',
  summary: 'List the entries of a run with where it stood after each',
  query: z.object({ after_seq: place('Begin after this entry.'), limit: limit(1_000, 1_000) }),
  replies: { 200: { message: RunStepsSchema } },
});

/** Forks of runs, and their replay. */
@Controller()
export class RunForksController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(fork)
  fork(@Incoming() { body, identity }: CallOf<typeof fork>): Promise<SubmitReply> {
    const order = { ...body, actor: actorOf(identity) };
    return this.rpc.call(RouterService.method.forkRun, order, LONG);
  }

  @Route(state)
  state(@Incoming() { tenant, params, query }: CallOf<typeof state>): Promise<RunStateView> {
    const place = { tenant, runId: params['id'] ?? '', seq: query.seq ?? 0 };
    return this.rpc.call(RouterService.method.getRunState, place, LONG);
  }

  @Route(steps)
  steps(@Incoming() { tenant, params, query }: CallOf<typeof steps>): Promise<RunSteps> {
    const page = { tenant, runId: params['id'] ?? '', afterSeq: query.after_seq ?? 0, limit: query.limit ?? 0 };
    return this.rpc.call(RouterService.method.listRunSteps, page, LONG);
  }
}
