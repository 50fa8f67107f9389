import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { BudgetSchema, create, EmptySchema, SwitchyardError, type SetBudgetRequest } from '@switchyard/contracts';
import { BUDGET_PERIODS, BudgetStore, type BudgetPeriod, type BudgetRecord } from '@switchyard/journal';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { AgentsService } from '../agents/agents.service.js';

/** Above these sums a double no longer counts a single token, nor a thousandth of a cent. */
const MAX_TOKENS = 1e15;
const MAX_USD = 1e9;

/** What tenants and agents may spend. How much is left is decided where executors reserve it. */
@Injectable()
export class BudgetsService {
  constructor(
    @Inject(BudgetStore) private readonly store: BudgetStore,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws SwitchyardError `budget.zero`, `contract.invalid`, `agent.not_found` */
  async set({ budget, actor }: SetBudgetRequest): Promise<BudgetRecord> {
    const { tenant, agent, per: written, costUsd, tokens } = budget ?? create(BudgetSchema);
    const per = BUDGET_PERIODS.find((period): period is BudgetPeriod => period === written) ?? 'total';
    checkLimit('cost_usd', costUsd, MAX_USD);
    checkLimit('tokens', tokens, MAX_TOKENS);
    if (costUsd === 0 && tokens === 0) throw zero(agent);
    if (agent !== '') await this.agents.get(tenant, agent);
    const record = await this.store.set({ tenant, agent }, per, { usd: costUsd, tokens });
    this.logger.info({ tenant, agent, per, cost_usd: costUsd, tokens, actor }, 'A budget was set');
    this.announce();
    return record;
  }

  list(tenant: string): Promise<BudgetRecord[]> {
    return this.store.list(tenant);
  }

  /** @throws SwitchyardError `budget.not_found` */
  async remove(tenant: string, agent: string): Promise<void> {
    if (!(await this.store.remove({ tenant, agent }))) {
      const whose = agent === '' ? 'The tenant' : `The agent "${agent}"`;
      throw new SwitchyardError(
        'budget.not_found',
        `${whose} has no budget. List what there is with "switchyard budgets list".`,
        { details: { tenant, agent } },
      );
    }
    this.logger.info({ tenant, agent }, 'A budget was removed');
    this.announce();
  }

  /** Executors look at once; one that does not hear it looks by itself within seconds. */
  private announce(): void {
    this.bus.emit(this.bus.subjects.rpc('router', 'budgets_changed'), EmptySchema, {});
  }
}

function checkLimit(field: string, value: number, most: number): void {
  if (Number.isFinite(value) && value >= 0 && value <= most) return;
  throw new SwitchyardError('contract.invalid', `Budget.${field} is ${value}; it may be a number from 0 to ${most}.`, {
    details: { message: 'switchyard.v1.Budget', field },
  });
}

function zero(agent: string): SwitchyardError {
  const whose = agent === '' ? 'this tenant' : `the agent "${agent}"`;
  return new SwitchyardError(
    'budget.zero',
    `A budget of zero would limit nothing, since 0 stands for no limit, and was not set for ${whose}. Give cost_usd or tokens; to lift a limit, remove the budget; to stop work, cancel the runs and take the agent's callers away.`,
    { details: { agent } },
  );
}
