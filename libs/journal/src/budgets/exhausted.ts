import { SwitchyardError } from '@switchyard/contracts';
import { periodEnd, type Account, type Amount } from './account.js';
import { describeScope, rootOfScope } from './scopes.js';

const UNITS: Readonly<Record<keyof Amount, { name: string; text: string }>> = {
  usd: { name: 'cost_usd', text: 'US dollars' },
  tokens: { name: 'tokens', text: 'tokens' },
};

/** `budget.exhausted`: which budget, of what, how far. Retryable where the budget begins anew by itself. */
export function budgetExhausted(account: Account, unit: keyof Amount): SwitchyardError {
  const { scope, per } = account;
  const [limit, spent, reserved] = [account.limit[unit], account.spent[unit], account.reserved[unit]];
  const { name, text } = UNITS[unit];
  const end = periodEnd(account)?.toISOString();
  const isRun = rootOfScope(scope) !== undefined;
  const remedy = isRun ? `Raise limits.${name} of the agent or the task` : 'Raise it (switchyard budgets set)';
  return new SwitchyardError(
    'budget.exhausted',
    `The budget of ${describeScope(scope)}, ${limit} ${text}${per === 'total' ? ' in total' : ` a ${per}`}, leaves nothing for another model turn: ${spent} are spent, and ${reserved} set aside for turns under way. ${remedy}${end === undefined ? '' : `, or wait until it begins anew at ${end}`}; then redrive the run.`,
    {
      retryable: end !== undefined,
      details: { scope, unit: name, per, limit, spent, reserved, ...(end === undefined ? {} : { resets_at: end }) },
    },
  );
}
