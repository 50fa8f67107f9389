import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  BudgetListSchema,
  BudgetSchema,
  EmptySchema,
  RouterService,
  timestampFromDate,
  type BudgetQuery,
  type SetBudgetRequest,
  type TenantQuery,
} from '@switchyard/contracts';
import type { BudgetRecord } from '@switchyard/journal';
import type { Init } from '../shared/init.js';
import { BudgetsService } from './budgets.service.js';

@Controller()
export class BudgetsController {
  constructor(@Inject(BudgetsService) private readonly budgets: BudgetsService) {}

  @Rpc(RouterService.method.setBudget)
  async set(request: SetBudgetRequest): Promise<Init<typeof BudgetSchema>> {
    return toMessage(await this.budgets.set(request));
  }

  @Rpc(RouterService.method.listBudgets)
  async list({ tenant }: TenantQuery): Promise<Init<typeof BudgetListSchema>> {
    return { budgets: (await this.budgets.list(tenant)).map(toMessage) };
  }

  @Rpc(RouterService.method.removeBudget)
  async remove({ tenant, agent }: BudgetQuery): Promise<Init<typeof EmptySchema>> {
    await this.budgets.remove(tenant, agent);
    return {};
  }
}

function toMessage(record: BudgetRecord): Init<typeof BudgetSchema> {
  const { tenant, agent, per, limit, spent, reserved, periodStart, periodEnd } = record;
  return {
    tenant,
    agent,
    per,
    costUsd: limit.usd,
    tokens: limit.tokens,
    spentUsd: spent.usd,
    spentTokens: spent.tokens,
    reservedUsd: reserved.usd,
    reservedTokens: reserved.tokens,
    periodStart: timestampFromDate(periodStart),
    ...(periodEnd ? { periodEnd: timestampFromDate(periodEnd) } : {}),
  };
}
