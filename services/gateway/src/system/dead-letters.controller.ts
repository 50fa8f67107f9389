import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import { DeadLetterListSchema, RouterService, type DeadLetterList } from '@switchyard/contracts';
import { given } from '../http/given.js';
import { limit } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/dead-letters',
  access: 'admin',
  ofPlatform: true,
  tag: 'system',
  summary: 'List what failed for good, with its cause',
  query: z.object({ kind: z.enum(['tasks', 'exec', 'tool', 'event']).optional(), limit: limit(200, 50) }),
  replies: { 200: { message: DeadLetterListSchema } },
});

@Controller()
export class DeadLettersController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { query }: CallOf<typeof list>): Promise<DeadLetterList> {
    return this.rpc.call(RouterService.method.listDeadLetters, given(query));
  }
}
