import type { AllowanceSeen } from './allowance.js';
import type { ScheduleSeen } from './check-schedule.js';
import type { Outcome } from './outcome.js';
import type { ModelRequestSeen } from './model-server.js';
import type { EffectSeen } from './witness.js';

/** What broke, by the guarantee that it breaks. */
export interface Violation {
  kind: 'lost' | 'duplicated' | 'stuck' | 'wrong';
  program: string;
  text: string;
}

export type Say = (kind: Violation['kind'], text: string) => void;

/** All that was seen from outside. */
export interface Evidence {
  outcomes: readonly Outcome[];
  /** By step. */
  effects: ReadonlyMap<string, readonly EffectSeen[]>;
  /** By program. */
  requests: ReadonlyMap<string, readonly ModelRequestSeen[]>;
  /** A build is among those that ran which tells tools no keys: an attempt without one may be of any call. */
  withoutKeys?: boolean;
  /** Steps that people refused or declared as not done. */
  refused: ReadonlySet<string>;
  /** When frozen processes went on: what they had begun before, they finish then. */
  thaws: readonly number[];
  /** What the schedule did, and what became of the frugal agent's budget: known when all have ended. */
  schedule?: ScheduleSeen;
  allowance?: AllowanceSeen;
}

/** How long after a thaw a process may still do what it had begun. */
const THAW_MS = 6_000;
/**
 * What an entry says was so a moment before it could be read: an executor acts on what it read up to a second ago, and
 * the rest is for a machine on which everything is slow.
 */
export const SLACK_MS = 3_000;

/** Whether a process that was frozen may have done what it had begun before. */
export function afterThaw(at: number, thaws: readonly number[]): boolean {
  return thaws.some((thaw) => at >= thaw - SLACK_MS && at <= thaw + THAW_MS);
}
