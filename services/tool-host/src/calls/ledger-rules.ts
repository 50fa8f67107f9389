import type { Effect } from '../tools/tool.js';

export const LEDGER_STATUSES = ['started', 'settled', 'unknown', 'released'] as const;
/** `released`: it was in doubt, somebody has decided that it is tried again, and nobody has begun. */
export type LedgerStatus = (typeof LEDGER_STATUSES)[number];

/** What the ledger says of a call that somebody asks for. */
export interface LedgerFact {
  status: LedgerStatus;
  effect: Effect;
  host: string;
  /** Whether that host gave a sign of life within its lease. */
  hostAlive: boolean;
}

export type LedgerAction =
  /** Settled, or in doubt for good: the recorded result is the answer. */
  | 'answer'
  /** Another host is at it. */
  | 'wait'
  /** Its host is gone, and it may be attempted again. */
  | 'take_over'
  /** It is to be tried again: whoever asks begins. */
  | 'begin_again'
  /** Its host is gone, and whether the effect happened nobody knows. */
  | 'mark_unknown';

/**
 * What to do with a call that the ledger knows. `self` is the asking host, which has made sure that it is not running
 * the call itself: a row of its own that is still started was left by a write that failed.
 */
export function actionFor(fact: LedgerFact, self: string): LedgerAction {
  if (fact.status === 'released') return 'begin_again';
  if (fact.status !== 'started') return 'answer';
  if (fact.host !== self && fact.hostAlive) return 'wait';
  return fact.effect === 'irreversible' ? 'mark_unknown' : 'take_over';
}
