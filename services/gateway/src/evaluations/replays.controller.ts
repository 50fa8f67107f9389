import { Controller, Inject } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  EvaluatorService,
  StartReplayReplySchema,
  StartReplayRequestSchema,
  type StartReplayReply,
} from '@switchyard/contracts';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

/** Some hundred journals are read before the answer. */
const TIMEOUT_MS = 60_000;

const start = route({
  method: 'POST',
  path: '/v1/evaluations/replays',
  access: 'run',
  tag: 'evaluations',
  summary: 'Replay recorded runs on another backend or version',
  description: [
    'An evaluation of recorded runs: each runs again with its input, and every tool call is answered with what was recorded. No tool is called, no person asked, nothing remembered.',
    'A call that was not recorded ends its run with replay.diverged and the point (`unmatched`: stop), or is told to be without an answer (tell). The calls are scored against the recorded ones, the output against the recorded output. A run that diverged has no output: its scorers of outputs count as not passed.',
  ].join(' '),
  body: { message: StartReplayRequestSchema, tenantAt: 'tenant' },
  replies: { 202: { message: StartReplayReplySchema } },
});

@Controller()
export class ReplaysController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(start)
  start(@Incoming() { body }: CallOf<typeof start>): Promise<StartReplayReply> {
    return this.rpc.call(EvaluatorService.method.startReplay, body, { timeoutMs: TIMEOUT_MS });
  }
}
