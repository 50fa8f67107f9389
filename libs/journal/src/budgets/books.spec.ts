import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventDraft, RunEventBodyInit } from '../event-draft.js';
import { initialState } from '../state/run-state.js';
import { exhaustedUnit, nothing, periodEnd, rolledOver, type Account, type BudgetPeriod } from './account.js';
import { budgetMoves, type BudgetMove } from './budget-moves.js';
import { carryOut, type Books } from './books.js';

const START = new Date('2026-01-31T10:00:00Z');
const SCOPES = ['agent:t/a', 'run:root', 'tenant:t'];
const account = (scope: string, usd: number, tokens: number, per: BudgetPeriod = 'day'): Account => ({
  scope,
  per,
  limit: { usd, tokens },
  spent: nothing(),
  reserved: nothing(),
  periodStart: START,
});

/** Some run reserves, or what it has reserved is settled: with a share of it, or (null) in full because nobody knows. */
const steps = fc.array(
  fc.record({
    run: fc.integer({ min: 0, max: 7 }),
    scopes: fc.subarray(SCOPES, { minLength: 1 }),
    usd: fc.double({ min: 0, max: 5, noNaN: true }),
    tokens: fc.integer({ min: 0, max: 5_000 }),
    share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  }),
  { maxLength: 120 },
);
const limits = fc.array(fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.integer({ min: 0, max: 20_000 })), {
  minLength: 3,
  maxLength: 3,
});

describe('budgets', () => {
  it('are never exceeded by more than one reserve, and hold exactly what is open, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(steps, limits, (sequence, bounds) => {
        const accounts = SCOPES.map((scope, index) => account(scope, ...(bounds[index] ?? [0, 0])));
        let books: Books = { accounts: new Map(accounts.map((one) => [one.scope, one])), open: new Map() };
        const largest = { usd: 0, tokens: 0 };
        for (const [index, step] of sequence.entries()) {
          const runId = `run_${step.run}`;
          const open = books.open.get(runId);
          const used = step.share === null ? undefined : scaled(open?.amount ?? nothing(), step.share);
          const move: BudgetMove = open
            ? { type: 'settle', used }
            : { type: 'reserve', turn: index, scopes: step.scopes, amount: { usd: step.usd, tokens: step.tokens } };
          const before = books;
          const carried = carryOut(books, runId, [move]);
          if ('books' in carried) {
            books = carried.books;
            if (!open) {
              largest.usd = Math.max(largest.usd, step.usd);
              largest.tokens = Math.max(largest.tokens, step.tokens);
              for (const scope of step.scopes) expect(exhaustedUnit(get(before, scope))).toBeUndefined();
            }
          } else {
            expect(move.type).toBe('reserve');
            expect(exhaustedUnit(carried.exhausted)).toBe(carried.unit);
          }
          for (const one of books.accounts.values()) {
            const mine = [...books.open.values()].filter(({ scopes }) => scopes.includes(one.scope));
            for (const unit of ['usd', 'tokens'] as const) {
              const sum = mine.reduce((total, { amount }) => total + amount[unit], 0);
              expect(one.reserved[unit]).toBeCloseTo(sum, 6);
              const most = one.limit[unit] === 0 ? Infinity : one.limit[unit] + largest[unit] + 1e-6;
              expect(one.spent[unit] + one.reserved[unit]).toBeLessThanOrEqual(most);
            }
          }
        }
      }),
    );
  });

  it('count what a run leaves open as spent in full, and a second settlement not at all', () => {
    const books: Books = { accounts: new Map([['tenant:t', account('tenant:t', 10, 0)]]), open: new Map() };
    const amount = { usd: 2, tokens: 100 };
    const reserved = carried(books, [{ type: 'reserve', turn: 1, scopes: ['tenant:t', 'agent:t/gone'], amount }]);
    expect(get(reserved, 'tenant:t')).toMatchObject({ reserved: amount, spent: { usd: 0 } });
    const lost = carried(reserved, [
      { type: 'settle', used: undefined },
      { type: 'settle', used: amount },
    ]);
    expect(get(lost, 'tenant:t')).toMatchObject({ reserved: nothing(), spent: amount });
  });

  it('begin anew with their period, in which a turn counts that ends in it', () => {
    const used = { ...account('tenant:t', 10, 0), spent: { usd: 9, tokens: 5 }, reserved: { usd: 1, tokens: 1 } };
    const next = new Date('2026-02-01T00:00:00Z');
    expect(rolledOver(used, next)).toMatchObject({ spent: nothing(), reserved: { usd: 1 }, periodStart: next });
    expect(rolledOver(used, new Date('2026-01-30T00:00:00Z'))).toBe(used);
    expect(rolledOver({ ...used, per: 'total' }, next).spent).toEqual(used.spent);
    expect(periodEnd({ per: 'month', periodStart: new Date('2026-12-01T00:00:00Z') })).toEqual(
      new Date('2027-01-01T00:00:00Z'),
    );
  });
});

describe('the moves of an append', () => {
  const reserved: RunEventBodyInit = {
    case: 'budgetReserved',
    value: { turn: 1, costUsd: 1, tokens: 10, scopes: ['tenant:t'] },
  };
  const settled: RunEventBodyInit = { case: 'budgetSettled', value: { turn: 1, costUsd: 0.5, tokens: 5 } };
  const failed: RunEventBodyInit = { case: 'runFailed', value: {} };
  const drafts = (...bodies: RunEventBodyInit[]): EventDraft[] => bodies.map((body) => ({ body, actor: 'test' }));
  const none = initialState({ tenant: 't', runId: 'r', taskId: 'k', agent: 'a', idempotencyKey: '' });
  const holding = { reserved: { turn: 1, costUsd: 1, tokens: 10, scopes: ['tenant:t'] } };

  it('are none where nothing is reserved', () => {
    expect(budgetMoves(none, drafts({ case: 'runCompleted', value: {} }))).toBeUndefined();
    expect(budgetMoves(holding, drafts({ case: 'toolCallsRequested', value: {} }))).toBeUndefined();
  });

  it('settle in full where the run ends with a reservation open, and once where the entries say what was used', () => {
    const full = { type: 'settle', used: undefined };
    expect(budgetMoves(holding, drafts(failed))).toEqual({ moves: [full], scopes: ['tenant:t'] });
    expect(budgetMoves(none, drafts(reserved, failed))?.moves).toEqual([expect.anything(), full]);
    expect(budgetMoves(holding, drafts(settled, failed))?.moves).toEqual([
      { type: 'settle', used: { usd: 0.5, tokens: 5 } },
    ]);
  });
});

function scaled({ usd, tokens }: { usd: number; tokens: number }, share: number) {
  return { usd: usd * share, tokens: Math.floor(tokens * share) };
}

function get(books: Books, scope: string): Account {
  const found = books.accounts.get(scope);
  if (!found) throw new Error(`no account ${scope}`);
  return found;
}

function carried(books: Books, moves: readonly BudgetMove[]): Books {
  const outcome = carryOut(books, 'run_1', moves);
  if (!('books' in outcome)) throw new Error('exhausted');
  return outcome.books;
}
