import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  EvaluatorService,
  RoutingExplanationSchema,
  RoutingViewSchema,
  type RoutingExplanation,
  type RoutingView,
} from '@switchyard/contracts';
import { given } from '../http/given.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const explain = route({
  method: 'GET',
  path: '/v1/runs/:id/routing',
  access: 'read',
  tag: 'runs',
  summary: "Explain how a run's backend was chosen",
  description:
    'What was believed of each candidate when the run was accepted, what ruled others out, what was drawn, and why. With `verify` the decision is taken again by the record.',
  query: z.object({
    verify: z.enum(['true', 'false']).optional().describe('`true`: decide again, and say whether it is the same.'),
  }),
  replies: { 200: { message: RoutingExplanationSchema } },
});

const believed = route({
  method: 'GET',
  path: '/v1/agents/:name/routing',
  access: 'read',
  tag: 'agents',
  summary: "Get what is believed of an agent's backends",
  description: 'Quality, cost, latency and failures by class of task, the budget, and what has changed.',
  query: z.object({
    revision: z.coerce
      .number()
      .int()
      .min(1)
      .max(2_147_483_647)
      .optional()
      .describe('As of this revision; the newest where absent.'),
  }),
  replies: { 200: { message: RoutingViewSchema } },
});

@Controller()
export class RoutingController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(explain)
  explain(@Incoming() { tenant, params, query }: CallOf<typeof explain>): Promise<RoutingExplanation> {
    const request = { tenant, runId: params['id'] ?? '', verify: query.verify === 'true' };
    return this.rpc.call(EvaluatorService.method.explainRouting, request);
  }

  @Route(believed)
  believed(@Incoming() { tenant, params, query }: CallOf<typeof believed>): Promise<RoutingView> {
    const request = { tenant, agent: params['name'] ?? '', beliefs: true, ...given(query) };
    return this.rpc.call(EvaluatorService.method.getRouting, request);
  }
}
