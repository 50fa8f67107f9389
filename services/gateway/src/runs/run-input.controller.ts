import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, RunSchema, SendInputRequestSchema, type Run } from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const send = route({
  method: 'POST',
  path: '/v1/runs/:id/input',
  access: 'run',
  tag: 'runs',
  summary: 'Say something to a run that goes on',
  description: [
    'Joins the conversation before the next model turn; while calls are open, after their results. With `call_id`, answers the question',
    'that this call asks, and the run goes on. Refused where the run has ended, where the call asks nothing, or has its answer. The same',
    'idempotency key for the same run adds nothing.',
  ].join(' '),
  body: {
    message: SendInputRequestSchema,
    tenantAt: 'tenant',
    without: ['run_id', 'actor'],
    set: ({ params }) => ({ run_id: params['id'] ?? '' }),
  },
  replies: { 200: { message: RunSchema } },
});

@Controller()
export class RunInputController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(send)
  send(@Incoming() { body, identity }: CallOf<typeof send>): Promise<Run> {
    return this.rpc.call(RouterService.method.sendInput, { ...body, actor: actorOf(identity) });
  }
}
