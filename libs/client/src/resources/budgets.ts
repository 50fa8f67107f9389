import { BudgetListSchema, BudgetSchema, fromStore, type Budget } from '@switchyard/contracts';
import type { Http } from '../http.js';

/** What to set: of an agent, or of the whole tenant. One of `costUsd` and `tokens` at least. */
export interface BudgetInit {
  agent?: string;
  /** hour, day, month (UTC) or total. */
  per: string;
  costUsd?: number;
  tokens?: number;
}

/** Changing them needs a key with the scope `admin`. */
export class Budgets {
  constructor(private readonly http: Http) {}

  /** The tenant's first, then by agent. */
  async list(): Promise<Budget[]> {
    return fromStore(BudgetListSchema, await this.http.json('GET', '/v1/budgets')).budgets;
  }

  /** @throws SwitchyardError `budget.zero`, `agent.not_found`, `contract.invalid` */
  async set({ agent = '', per, costUsd = 0, tokens = 0 }: BudgetInit): Promise<Budget> {
    const body = { agent, per, cost_usd: costUsd, tokens };
    return fromStore(BudgetSchema, await this.http.json('POST', '/v1/budgets', { body, repeatable: true }));
  }

  /** @param agent empty: the tenant's. @throws SwitchyardError `budget.not_found` */
  async remove(agent = ''): Promise<void> {
    await this.http.json('DELETE', `/v1/budgets${agent === '' ? '' : `?agent=${encodeURIComponent(agent)}`}`);
  }
}
