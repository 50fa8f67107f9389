import { exhaustedUnit, reserve, settle, type Account, type Amount } from './account.js';
import type { BudgetMove } from './budget-moves.js';

/** What is set aside for the turn of one run, and where. */
export interface Reservation {
  runId: string;
  turn: number;
  /** Those that had an account when it was made. */
  scopes: readonly string[];
  amount: Amount;
}

/** Accounts by scope and open reservations by run. Never changed in place. */
export interface Books {
  accounts: ReadonlyMap<string, Account>;
  open: ReadonlyMap<string, Reservation>;
}

export type Carried = { books: Books } | { exhausted: Account; unit: keyof Amount };

/**
 * The moves of one append, one after the other, all or none. Pure. A scope without an account sets no limit; a
 * settlement without a reservation (of a forked run, or swept before) moves nothing.
 */
export function carryOut(books: Books, runId: string, moves: readonly BudgetMove[]): Carried {
  const accounts = new Map(books.accounts);
  const open = new Map(books.open);
  for (const move of moves) {
    if (move.type === 'settle') {
      const reservation = open.get(runId);
      if (!reservation) continue;
      change(accounts, reservation.scopes, (account) =>
        settle(account, reservation.amount, move.used ?? reservation.amount),
      );
      open.delete(runId);
    } else {
      const { turn, amount } = move;
      const scopes = move.scopes.filter((scope) => accounts.has(scope));
      for (const scope of scopes) {
        const account = accounts.get(scope);
        const unit = account && exhaustedUnit(account);
        if (account && unit) return { exhausted: account, unit };
      }
      change(accounts, scopes, (account) => reserve(account, amount));
      open.set(runId, { runId, turn, scopes, amount });
    }
  }
  return { books: { accounts, open } };
}

function change(accounts: Map<string, Account>, scopes: readonly string[], how: (account: Account) => Account): void {
  for (const scope of scopes) {
    const account = accounts.get(scope);
    if (account) accounts.set(scope, how(account));
  }
}
