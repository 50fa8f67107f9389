import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  CancelRequestSchema,
  EvaluatorService,
  OutcomeSchema,
  RouterService,
  RunListSchema,
  RunSchema,
  RunTreeSchema,
  SwitchRunRequestSchema,
  type Outcome,
  type Run,
  type RunList,
  type RunTree,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { Payloads } from './payloads.service.js';

const list = route({
  method: 'GET',
  path: '/v1/runs',
  access: 'read',
  tag: 'runs',
  summary: 'List runs, the newest first',
  query: z.object({
    agent: text('Only runs of this agent.'),
    status: z.enum(['queued', 'running', 'waiting', 'completed', 'failed', 'cancelled']).optional(),
    thread: text('Only runs of this thread.'),
    parent: z
      .string()
      .regex(/^run_\w{1,64}$/, 'is no run_id')
      .optional()
      .describe('Only runs that calls of this run started.'),
    limit: limit(200, 50),
    before: z
      .string()
      .regex(/^run_\w{1,64}$/, 'is no run_id')
      .optional()
      .describe('The last run_id of the page before.'),
  }),
  replies: { 200: { message: RunListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/runs/:id',
  access: 'read',
  tag: 'runs',
  summary: 'Get a run',
  replies: { 200: { message: RunSchema } },
});

const tree = route({
  method: 'GET',
  path: '/v1/runs/:id/tree',
  access: 'read',
  tag: 'runs',
  summary: 'Get a run and all below it',
  description:
    'Runs that its calls of agents started, and theirs, each after its caller, with what they used together.',
  replies: { 200: { message: RunTreeSchema } },
});

const cancel = route({
  method: 'POST',
  path: '/v1/runs/:id/cancel',
  access: 'run',
  tag: 'runs',
  summary: 'Cancel a run',
  description:
    'Stops its model stream and its running tools, and the runs that its calls started; nothing of them happens after it.',
  body: {
    message: CancelRequestSchema,
    tenantAt: 'tenant',
    without: ['run_id', 'actor'],
    set: ({ params }) => ({ run_id: params['id'] ?? '' }),
    optional: true,
  },
  replies: { 200: { message: RunSchema } },
});

const switchBackend = route({
  method: 'POST',
  path: '/v1/runs/:id/switch',
  access: 'run',
  tag: 'runs',
  summary: 'Move a run to another backend',
  description: [
    'The other backend is asked from the next model turn on, with the whole history; a turn in hand is finished first, or aborted',
    'with `now`. Refused where the run has ended, or where the backend is unknown, is the one that the run has been on from its',
    'beginning, or lacks what the agent needs. Asked again for the backend that the run was moved to, it changes nothing.',
  ].join(' '),
  body: {
    message: SwitchRunRequestSchema,
    tenantAt: 'tenant',
    without: ['run_id', 'actor'],
    set: ({ params }) => ({ run_id: params['id'] ?? '' }),
  },
  replies: { 200: { message: RunSchema } },
});

const outcome = route({
  method: 'GET',
  path: '/v1/runs/:id/outcome',
  access: 'read',
  tag: 'runs',
  summary: 'Get what the evaluator recorded of a run',
  replies: { 200: { message: OutcomeSchema } },
});

@Controller()
export class RunsController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Payloads) private readonly payloads: Payloads,
  ) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<RunList> {
    return this.rpc.call(RouterService.method.listRuns, { tenant, ...given(query) });
  }

  @Route(get)
  async get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Run> {
    const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId: params['id'] ?? '' });
    return this.payloads.whole(run);
  }

  @Route(tree)
  tree(@Incoming() { tenant, params }: CallOf<typeof tree>): Promise<RunTree> {
    return this.rpc.call(RouterService.method.getRunTree, { tenant, runId: params['id'] ?? '' });
  }

  @Route(cancel)
  cancel(@Incoming() { body, identity }: CallOf<typeof cancel>): Promise<Run> {
    return this.rpc.call(RouterService.method.cancel, { ...body, actor: actorOf(identity) });
  }

  @Route(switchBackend)
  switchBackend(@Incoming() { body, identity }: CallOf<typeof switchBackend>): Promise<Run> {
    return this.rpc.call(RouterService.method.switchRun, { ...body, actor: actorOf(identity) });
  }

  @Route(outcome)
  outcome(@Incoming() { tenant, params }: CallOf<typeof outcome>): Promise<Outcome> {
    return this.rpc.call(EvaluatorService.method.getOutcome, { tenant, runId: params['id'] ?? '' });
  }
}
