import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmptySchema, RouterService, timestampDate } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { submit } from '../run.fixture.js';
import { BudgetSweeper } from './budget-sweeper.service.js';

const { setBudget, listBudgets, removeBudget, cancel } = RouterService.method;

describe('budgets over the bus', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  const set = (budget: object) =>
    router.rpc.call(setBudget, { budget: { tenant: 'default', per: 'day', ...budget }, actor: 'user:ann' });

  it('are set, listed with what was spent, changed and removed, and executors are told of each', async () => {
    let told = 0;
    router.bus.subscribe(router.bus.subjects.rpc('router', 'budgets_changed'), EmptySchema, () => void (told += 1));
    await router.bus.nc.flush();
    await set({ agent: 'helper', tokens: 1_000 });
    const first = await set({ costUsd: 5 });
    expect(first).toMatchObject({ agent: '', costUsd: 5, spentUsd: 0, reservedUsd: 0 });
    const [start, end] = [first.periodStart, first.periodEnd].map((time) => (time ? timestampDate(time).getTime() : 0));
    expect((end ?? 0) - (start ?? 0)).toBe(86_400_000);
    await sql(router.dataSource, `UPDATE journal.budgets SET spent_usd = 2 WHERE agent = ''`);
    expect(await set({ costUsd: 9 })).toMatchObject({ costUsd: 9, spentUsd: 2 });
    const { budgets } = await router.rpc.call(listBudgets, { tenant: 'default' });
    expect(budgets.map(({ agent }) => agent)).toEqual(['', 'helper']);
    expect((await router.rpc.call(listBudgets, { tenant: 'other' })).budgets).toEqual([]);
    const total = await set({ costUsd: 9, per: 'total' });
    expect(total).toMatchObject({ per: 'total', spentUsd: 0 });
    expect(total.periodEnd).toBeUndefined();
    await router.rpc.call(removeBudget, { tenant: 'default' });
    await expect(router.rpc.call(removeBudget, { tenant: 'default' })).rejects.toMatchObject({
      code: 'budget.not_found',
    });
    await waitFor(() => told >= 5, { describe: 'executors to be told' });
  });

  it.each([
    ['zero', {}, 'budget.zero', /remove the budget/],
    ['less than nothing', { costUsd: -1 }, 'contract.invalid', /from 0/],
    ['an agent that is not there', { costUsd: 1, agent: 'helpr' }, 'agent.not_found', /helper/],
    ['an unknown period', { costUsd: 1, per: 'week' }, 'contract.invalid', /per/],
  ])('of %s are refused with a code', async (_what, budget, code, message) => {
    await expect(set(budget)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('count what a cancelled run had reserved as spent in full, in the commit of the cancel', async () => {
    await set({ costUsd: 10, agent: 'helper' });
    const { runId } = await submit(router);
    const { state } = await router.journal.load(runId);
    const value = { turn: 1, costUsd: 2, tokens: 10, scopes: ['agent:default/helper'] };
    await router.journal.append(state, [{ body: { case: 'budgetReserved', value }, actor: 'executor' }]);
    await router.rpc.call(cancel, { tenant: 'default', runId });
    const { budgets } = await router.rpc.call(listBudgets, { tenant: 'default' });
    expect(budgets).toMatchObject([{ spentUsd: 2, reservedUsd: 0 }]);
  });

  it('are swept of what a run left open that was ended without its journal', async () => {
    const { runId } = await submit(router);
    const { state } = await router.journal.load(runId);
    const value = { turn: 1, costUsd: 3, tokens: 10, scopes: ['agent:default/helper'] };
    const { state: holding } = await router.journal.append(state, [
      { body: { case: 'budgetReserved', value }, actor: 'executor' },
    ]);
    await router.journal.append({ ...holding, reserved: null }, [
      { body: { case: 'runFailed', value: {} }, actor: 'router' },
    ]);
    await router.services.at(-1)?.app.get(BudgetSweeper).sweep();
    const { budgets } = await router.rpc.call(listBudgets, { tenant: 'default' });
    expect(budgets).toMatchObject([{ spentUsd: 5, reservedUsd: 0 }]);
  });
});
