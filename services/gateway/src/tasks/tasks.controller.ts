import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  RouterService,
  RunSchema,
  SubmitReplySchema,
  SwitchyardError,
  TaskRequestSchema,
  type Run,
  type SubmitReply,
} from '@switchyard/contracts';
import { connectionSignal } from '../http/connection-signal.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';
import { RunWaiter } from '../runs/run-waiter.service.js';

/** Longer waits are for the event stream. */
const MAX_WAIT_SECONDS = 300;

const submit = route({
  method: 'POST',
  path: '/v1/tasks',
  access: 'run',
  tag: 'tasks',
  summary: 'Publish a task',
  description:
    'Answers when the task is accepted, which is when it is stored. The same idempotency key (in the body, or as the header Idempotency-Key) is the same task. With `wait`, answers 200 with the run if it ends in time, else 202 as usual.',
  query: z.object({
    wait: z.coerce.number().min(0).max(MAX_WAIT_SECONDS).optional().describe('Seconds to wait for the run to end.'),
  }),
  headers: { 'Idempotency-Key': 'The same as idempotency_key in the body.' },
  body: { message: TaskRequestSchema, tenantAt: 'tenant' },
  status: 202,
  replies: {
    202: { message: SubmitReplySchema, description: 'Accepted.' },
    200: { message: RunSchema, description: 'With `wait`: the run, ended.' },
  },
});

@Controller()
export class TasksController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(RunWaiter) private readonly waiter: RunWaiter,
  ) {}

  @Route(submit)
  async submit(@Incoming() call: CallOf<typeof submit>): Promise<SubmitReply | Run> {
    const { tenant, body, query, request, reply } = call;
    const idempotencyKey = sameKey(body.idempotencyKey, request.headers['idempotency-key']);
    const accepted = await this.rpc.call(RouterService.method.submit, { ...body, tenant, idempotencyKey });
    if (!query.wait) return accepted;
    const run = await this.waiter.wait(tenant, accepted.runId, query.wait * 1_000, connectionSignal(request.raw));
    if (!run) return accepted;
    reply.status(200);
    return run;
  }
}

function sameKey(inBody: string, header: string | string[] | undefined): string {
  if (typeof header !== 'string' || header === '' || header === inBody) return inBody;
  if (inBody === '' && header.length <= 512) return header;
  throw new SwitchyardError(
    'contract.invalid',
    inBody === ''
      ? 'The header Idempotency-Key is longer than 512 characters.'
      : 'The header Idempotency-Key and idempotency_key in the body differ: send one.',
    { details: { field: 'idempotency_key' } },
  );
}
