/** What a budget counts: US dollars, and input plus output tokens. */
export interface Amount {
  usd: number;
  tokens: number;
}

export const BUDGET_PERIODS = ['hour', 'day', 'month', 'total'] as const;
/** How long a budget counts before it begins anew, in UTC; `total` never does. */
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** One budget as it stands. In `limit`, 0 is no limit. */
export interface Account {
  /** `tenant:<tenant>`, `agent:<tenant>/<agent>`, `run:<root run>`. */
  scope: string;
  per: BudgetPeriod;
  limit: Amount;
  spent: Amount;
  /** Set aside for turns under way. */
  reserved: Amount;
  /** When the period began that `spent` is of. */
  periodStart: Date;
}

/** Sums of doubles: smaller differences than this are none, in US dollars and in tokens. */
const EPSILON = 1e-9;

export const nothing = (): Amount => ({ usd: 0, tokens: 0 });
const plus = (a: Amount, b: Amount): Amount => ({ usd: a.usd + b.usd, tokens: a.tokens + b.tokens });
/** What was taken cannot be more than there is: a rest below zero, or of rounding, is none. */
const minus = (a: Amount, b: Amount): Amount => ({ usd: rest(a.usd - b.usd), tokens: rest(a.tokens - b.tokens) });
const rest = (value: number): number => (value < EPSILON ? 0 : value);

/**
 * The account in the period that began at `start`. What is reserved goes along: a turn counts in the period in which it
 * ends. An account that another clock has moved further stays as it is.
 */
export function rolledOver(account: Account, start: Date): Account {
  if (account.per === 'total' || start <= account.periodStart) return account;
  return { ...account, spent: nothing(), periodStart: start };
}

/** Which limit nothing more may be reserved under; undefined while something may. */
export function exhaustedUnit({ limit, spent, reserved }: Account): keyof Amount | undefined {
  const isUp = (unit: keyof Amount): boolean =>
    limit[unit] > 0 && spent[unit] + reserved[unit] >= limit[unit] - EPSILON;
  return isUp('usd') ? 'usd' : isUp('tokens') ? 'tokens' : undefined;
}

/**
 * With the amount set aside. Taken only where nothing is exhausted: then spent and reserved together pass the limit by
 * less than this one amount.
 */
export function reserve(account: Account, amount: Amount): Account {
  return { ...account, reserved: plus(account.reserved, amount) };
}

/** What was set aside is free again, and what was used is spent. */
export function settle(account: Account, reserved: Amount, used: Amount): Account {
  return { ...account, reserved: minus(account.reserved, reserved), spent: plus(account.spent, used) };
}

/** When the account begins anew; undefined for `total`. */
export function periodEnd({ per, periodStart }: Pick<Account, 'per' | 'periodStart'>): Date | undefined {
  switch (per) {
    case 'hour':
      return new Date(periodStart.getTime() + 3_600_000);
    case 'day':
      return new Date(periodStart.getTime() + 86_400_000);
    case 'month':
      return new Date(Date.UTC(periodStart.getUTCFullYear(), periodStart.getUTCMonth() + 1, 1));
    case 'total':
      return undefined;
  }
}
