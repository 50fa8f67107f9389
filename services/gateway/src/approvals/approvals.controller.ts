import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  ApprovalListSchema,
  DecisionListSchema,
  ResolveApprovalRequestSchema,
  RouterService,
  RunSchema,
  timestampFromDate,
  type ApprovalList,
  type DecisionList,
  type Run,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const runId = (description: string) =>
  z
    .string()
    .regex(/^run_\w{1,64}$/, 'is no run_id')
    .optional()
    .describe(description);

const moment = (description: string) => z.iso.datetime({ offset: true }).optional().describe(description);

const list = route({
  method: 'GET',
  path: '/v1/approvals',
  access: 'read',
  tag: 'approvals',
  summary: 'List the calls that wait for a person',
  description: 'Those of the newest run first. Long arguments are left out, unless one run is asked for.',
  query: z.object({
    run_id: runId('Only those of this run.'),
    limit: limit(200, 50),
    before: runId('The last run_id of the page before.'),
  }),
  replies: { 200: { message: ApprovalListSchema } },
});

const history = route({
  method: 'GET',
  path: '/v1/approvals/history',
  access: 'read',
  tag: 'approvals',
  summary: 'List what was decided about calls, the newest first',
  description: 'By people, by rules, and by nobody in time. Of runs that are archived the journal of each has it.',
  query: z.object({
    run_id: runId('Only those of this run.'),
    tool: text('Only calls of this tool.'),
    by: text('Only decisions of user:<name>, policy:<name> or agent.'),
    since: moment('Only those of that moment and later.'),
    before: moment('The time of the last one of the page before.'),
    limit: limit(200, 50),
  }),
  replies: { 200: { message: DecisionListSchema } },
});

const resolve = route({
  method: 'POST',
  path: '/v1/runs/:id/approvals/:call',
  access: 'run',
  tag: 'approvals',
  summary: 'Decide whether a call is performed',
  description: [
    '`approved` has it performed as it is, `edited` with the `arguments` given here, `denied` not at all: the model is told so. The name of',
    'the API key stands in the journal as who decided. Deciding the same again changes nothing; refused where the call waits for nobody.',
  ].join(' '),
  body: {
    message: ResolveApprovalRequestSchema,
    tenantAt: 'tenant',
    without: ['run_id', 'call_id', 'actor'],
    set: ({ params }) => ({ run_id: params['id'] ?? '', call_id: params['call'] ?? '' }),
  },
  replies: { 200: { message: RunSchema } },
});

@Controller()
export class ApprovalsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<ApprovalList> {
    const { run_id: ofRun, ...rest } = query;
    return this.rpc.call(RouterService.method.listApprovals, { tenant, ...given({ ...rest, runId: ofRun }) });
  }

  @Route(history)
  history(@Incoming() { tenant, query }: CallOf<typeof history>): Promise<DecisionList> {
    const { run_id: ofRun, since, before, ...rest } = query;
    return this.rpc.call(RouterService.method.listDecisions, {
      ...{ tenant, ...given({ ...rest, runId: ofRun }) },
      ...(since ? { since: timestampFromDate(new Date(since)) } : {}),
      ...(before ? { before: timestampFromDate(new Date(before)) } : {}),
    });
  }

  @Route(resolve)
  resolve(@Incoming() { body, identity }: CallOf<typeof resolve>): Promise<Run> {
    const actor = actorOf(identity);
    return this.rpc.call(RouterService.method.resolveApproval, { ...body, actor });
  }
}
