import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { RpcClient } from '@switchyard/bus';
import {
  BudgetListSchema,
  BudgetSchema,
  EmptySchema,
  RouterService,
  type Budget,
  type BudgetList,
  type Empty,
} from '@switchyard/contracts';
import { actorOf } from '../auth/scopes.js';
import { Incoming, Route, route, type CallOf } from '../http/route.js';

const list = route({
  method: 'GET',
  path: '/v1/budgets',
  access: 'read',
  tag: 'budgets',
  summary: "List the tenant's budgets, with what is spent and set aside",
  replies: { 200: { message: BudgetListSchema } },
});

const set = route({
  method: 'POST',
  path: '/v1/budgets',
  access: 'admin',
  tag: 'budgets',
  summary: 'Set what the tenant, or one of its agents, may spend',
  description:
    'Takes effect within seconds. What was spent in the period stays counted; another period begins anew. A model turn for which there is no room ends its run with `budget.exhausted`.',
  body: {
    message: BudgetSchema,
    tenantAt: 'tenant',
    without: ['spent_usd', 'spent_tokens', 'reserved_usd', 'reserved_tokens', 'period_start', 'period_end'],
  },
  replies: { 200: { message: BudgetSchema } },
});

const remove = route({
  method: 'DELETE',
  path: '/v1/budgets',
  access: 'admin',
  tag: 'budgets',
  summary: "Remove the tenant's budget, or with `agent` that of one agent",
  query: z.object({ agent: z.string().min(1).max(128).optional() }),
  replies: { 200: { message: EmptySchema } },
});

@Controller()
export class BudgetsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Route(list)
  list(@Incoming() { tenant }: CallOf<typeof list>): Promise<BudgetList> {
    return this.rpc.call(RouterService.method.listBudgets, { tenant });
  }

  @Route(set)
  set(@Incoming() { body, identity }: CallOf<typeof set>): Promise<Budget> {
    const actor = actorOf(identity);
    return this.rpc.call(RouterService.method.setBudget, { budget: body, actor });
  }

  @Route(remove)
  remove(@Incoming() { tenant, query }: CallOf<typeof remove>): Promise<Empty> {
    return this.rpc.call(RouterService.method.removeBudget, { tenant, agent: query.agent ?? '' });
  }
}
