import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError } from '@switchyard/contracts';
import type { RunEventBodyInit, RunState } from '@switchyard/journal';
import type { Profile } from '@switchyard/models';
import { metrics } from '@switchyard/telemetry';
import { RunFailure } from '../runs/run-failure.js';
import { BudgetScopes } from './budget-scopes.service.js';
import { TurnBudget } from './turn-budget.js';

/**
 * How long a turn waits where a budget is not spent but set aside, in milliseconds: other turns set aside more than they
 * use, and give it back when they end.
 */
const PATIENCE_MS = 30_000;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 1_000;

export interface OpenBudget {
  state: () => RunState;
  turn: number;
  profile: Profile;
  /** Journals these, all or none. */
  commit: (bodies: RunEventBodyInit[]) => Promise<void>;
  signal: AbortSignal;
}

/** Opens the budgets of turns. A turn that nothing limits has one that does nothing. */
@Injectable()
export class TurnBudgets {
  constructor(@Inject(BudgetScopes) private readonly scopes: BudgetScopes) {}

  async open({ state, turn, profile, commit, signal }: OpenBudget): Promise<TurnBudget> {
    const scopes = await this.scopes.of(state(), profile.prices === null);
    const write = (bodies: RunEventBodyInit[]): Promise<void> => writeWithPatience(() => commit(bodies), signal);
    return new TurnBudget({ turn, scopes, profile, state, write });
  }
}

/** @throws RunFailure `budget.exhausted` */
async function writeWithPatience(write: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MAX_WAIT_MS, wait * 2)) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof SwitchyardError) || error.code !== 'budget.exhausted') throw error;
      const { spent, limit, scope } = error.details;
      const onlyReserved = typeof spent === 'number' && typeof limit === 'number' && spent < limit;
      if (!onlyReserved || Date.now() >= until) {
        const kind = String(scope).split(':')[0] ?? '';
        metrics
          .counter('switchyard_executor_budget_exhausted_total', 'Turns that a budget had no room for.', ['kind'])
          .inc({ kind });
        throw RunFailure.of(error);
      }
    }
    await sleep(wait * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {
      throw signal.reason;
    });
  }
}
