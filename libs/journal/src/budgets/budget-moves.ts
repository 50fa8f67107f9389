import type { EventDraft } from '../event-draft.js';
import type { RunState } from '../state/run-state.js';
import type { Amount } from './account.js';

/** What an entry of the journal does to the budgets. */
export type BudgetMove =
  | { type: 'reserve'; turn: number; scopes: readonly string[]; amount: Amount }
  /** `used` undefined: all that was reserved. */
  | { type: 'settle'; used: Amount | undefined };

/** The moves of one append, in order, and every scope that they may touch. */
export interface BudgetMoves {
  moves: readonly BudgetMove[];
  scopes: readonly string[];
}

const ENDS: ReadonlySet<string> = new Set(['runCompleted', 'runFailed', 'runCancelled']);

/**
 * What these entries after this state do to the budgets; undefined for almost all appends: nothing. A run that ends with a
 * reservation open may have spent it, and nobody will say: it counts in full.
 */
export function budgetMoves(state: Pick<RunState, 'reserved'>, drafts: readonly EventDraft[]): BudgetMoves | undefined {
  let open = state.reserved !== null;
  const scopes = new Set<string>();
  const moves: BudgetMove[] = [];
  for (const { body } of drafts) {
    if (body.case === 'budgetReserved') {
      const { turn = 0, costUsd = 0, tokens = 0, scopes: of = [] } = body.value;
      for (const scope of of) scopes.add(scope);
      moves.push({ type: 'reserve', turn, scopes: [...of], amount: { usd: costUsd, tokens } });
      open = true;
    } else if (body.case === 'budgetSettled') {
      const { costUsd = 0, tokens = 0 } = body.value;
      moves.push({ type: 'settle', used: { usd: costUsd, tokens } });
      open = false;
    } else if (open && ENDS.has(body.case)) {
      moves.push({ type: 'settle', used: undefined });
      open = false;
    }
  }
  if (moves.length === 0) return undefined;
  for (const scope of state.reserved?.scopes ?? []) scopes.add(scope);
  return { moves, scopes: [...scopes] };
}
