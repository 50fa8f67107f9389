import type { Verdict } from '../scorers/scorer.js';
import type { NewScore } from './attempt.repository.js';

const MAX_REASON = 1_000;

/** Which configuration judged (empty: no model did), and whether it was not calibrated. */
export type JudgedBy = Pick<NewScore, 'judge' | 'standard' | 'uncalibrated'>;

const NO_MODEL: JudgedBy = { judge: '', standard: '', uncalibrated: false };

/** A verdict in a form that can be stored and summed: a number from 0 to 1, a reason without control characters. */
export function toNewScore(scorer: string, verdict: Verdict, by: JudgedBy = NO_MODEL): NewScore {
  const { value, passed, reason, errorCode = '' } = verdict;
  const bounded = Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
  return { scorer, value: bounded, passed, reason: storable(reason), errorCode, ...by };
}

/** A text that Postgres keeps and a terminal shows: without control characters, of a bounded length. */
export function storable(text: string): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ').replace(/\p{Cs}/gu, '\ufffd');
  return clean.length > MAX_REASON ? `${clean.slice(0, MAX_REASON - 1).replace(/\p{Cs}/gu, '')}…` : clean;
}
