import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient, withContent } from '@switchyard/bus';
import {
  DecideEffectRequestSchema,
  EffectListSchema,
  EffectSchema,
  ToolHostService,
  type Effect,
  type EffectList,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { given } from '../http/given.js';
import { limit, text } from '../http/queries.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/effects',
  access: 'read',
  tag: 'tools',
  summary: 'List tool calls in the effect ledger, the newest first',
  description:
    'With `status=unknown` those of which nobody knows whether they took effect: their runs wait for a decision. Without results.',
  query: z.object({
    status: z.enum(['started', 'settled', 'unknown', 'released']).optional(),
    run_id: text('Only calls of this run.'),
    tool: text('Only calls of this tool, among the last 100,000 of the tenant.'),
    failed: z
      .enum(['true', 'false'])
      .optional()
      .describe('`true`: only calls with an error or in doubt, among as many.'),
    limit: limit(200, 50),
    before: text('The last call_id of the page before.'),
  }),
  replies: { 200: { message: EffectListSchema } },
});

const get = route({
  method: 'GET',
  path: '/v1/effects/:call',
  access: 'read',
  tag: 'tools',
  summary: 'Get a tool call from the effect ledger, with its result and what was decided of it',
  replies: { 200: { message: EffectSchema } },
});

const decide = route({
  method: 'POST',
  path: '/v1/effects/:call/decision',
  access: 'run',
  tag: 'tools',
  summary: 'Decide a tool call of which nobody knows whether it took effect',
  description: [
    '`retry`: it did not take effect, or may take effect twice; it runs again. `settle`: it took effect; `result` is what the',
    'agent reads. `fail`: it did not take effect and is not to be run again; the agent reads the reason. The run goes on.',
    'Refused where the call is not in state `unknown`; the same decision again changes nothing.',
  ].join(' '),
  body: {
    message: DecideEffectRequestSchema,
    tenantAt: 'tenant',
    without: ['call_id', 'actor'],
    set: ({ params }) => ({ call_id: params['call'] ?? '' }),
  },
  replies: { 200: { message: EffectSchema } },
});

@Controller()
export class EffectsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant, query }: CallOf<typeof list>): Promise<EffectList> {
    const { run_id: runId, failed, ...rest } = query;
    return this.rpc.call(ToolHostService.method.listEffects, {
      tenant,
      ...given({ ...rest, runId }),
      failed: failed === 'true',
    });
  }

  @Route(get)
  async get(@Incoming() { tenant, params }: CallOf<typeof get>): Promise<Effect> {
    const effect = await this.rpc.call(ToolHostService.method.getEffect, { tenant, callId: params['call'] ?? '' });
    return effect.result ? { ...effect, result: await withContent(this.rpc, effect, effect.result) } : effect;
  }

  @Route(decide)
  decide(@Incoming() { body, identity }: CallOf<typeof decide>): Promise<Effect> {
    return this.rpc.call(ToolHostService.method.decideEffect, {
      ...body,
      actor: actorOf(identity),
    });
  }
}
