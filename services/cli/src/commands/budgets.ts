import type { Command } from 'commander';
import { BudgetListSchema, BudgetSchema, create, timestampDate, toWire, type Budget } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { amount } from '../arguments.js';
import { cost } from '../output/format.js';
import { bold } from '../output/style.js';
import { table } from '../output/table.js';

interface SetFlags {
  agent?: string;
  usd?: number;
  tokens?: number;
  per: string;
}

export function addBudgets(program: Command): void {
  const budgets = program.command('budgets').description('What all runs, or those of one agent, may spend together');
  budgets
    .command('list')
    .description('All budgets, with what is spent')
    .action(
      action(async (context) => {
        const found = await (await context.client()).budgets.list();
        context.print(
          toWire(BudgetListSchema, create(BudgetListSchema, { budgets: found }), { complete: true })['budgets'],
          () => listText(found),
        );
      }),
    );
  budgets
    .command('set')
    .description('Set or change a budget; it holds within seconds')
    .option('-a, --agent <agent>', 'of this agent (default: of all runs together)')
    .option('--usd <amount>', 'US dollars', amount)
    .option('--tokens <n>', 'input and output tokens together', amount)
    .option('--per <period>', 'hour, day, month (UTC) or total', 'day')
    .addHelpText(
      'after',
      `
A turn for which nothing is left ends its run with budget.exhausted; such a run can be redriven.

Examples:
  switchyard budgets set --usd 100 --per day
  switchyard budgets set --agent researcher --tokens 2000000 --per month`,
    )
    .action(
      action(async (context, flags: SetFlags) => {
        const { agent = '', usd = 0, tokens = 0, per } = flags;
        const budget = await (await context.client()).budgets.set({ agent, per, costUsd: usd, tokens });
        context.print(
          toWire(BudgetSchema, budget, { complete: true }),
          () => `${bold(nameOf(budget))} may spend ${limitText(budget)}`,
        );
      }),
    );
  budgets
    .command('remove')
    .description('Lift a budget')
    .option('-a, --agent <agent>', 'that of this agent (default: that of all runs together)')
    .action(
      action(async (context, { agent = '' }: { agent?: string }) => {
        await (await context.client()).budgets.remove(agent);
        context.print({ removed: agent }, () => 'The budget is removed');
      }),
    );
}

function listText(budgets: readonly Budget[]): string {
  if (budgets.length === 0) return 'No budgets. See: switchyard budgets set --help';
  return table(
    ['BUDGET', 'LIMIT', 'SPENT', 'SET ASIDE', 'ANEW AT'],
    budgets.map((budget) => [
      nameOf(budget),
      limitText(budget),
      sums(budget, budget.spentUsd, budget.spentTokens),
      sums(budget, budget.reservedUsd, budget.reservedTokens),
      budget.periodEnd ? timestampDate(budget.periodEnd).toISOString() : 'never',
    ]),
  );
}

function nameOf({ agent }: Budget): string {
  return agent === '' ? 'all runs' : agent;
}

function limitText(budget: Budget): string {
  const period = budget.per === 'total' ? 'in total' : `a ${budget.per}`;
  return `${sums(budget, budget.costUsd, budget.tokens)} ${period}`;
}

/** Those that the budget counts. */
function sums(budget: Budget, usd: number, tokens: number): string {
  const parts = [
    ...(budget.costUsd > 0 ? [cost(usd)] : []),
    ...(budget.tokens > 0 ? [`${Math.round(tokens).toLocaleString('en-GB')} tokens`] : []),
  ];
  return parts.join(', ');
}
