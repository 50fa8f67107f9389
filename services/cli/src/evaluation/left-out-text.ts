import { harmless } from '../output/style.js';

/** Why a recorded run is no case, in words. */
const REASONS: Readonly<Record<string, string>> = {
  evaluation: 'of an evaluation',
  replay: 'answered from a record themselves',
  running: 'that have not ended',
  gone: 'no longer kept whole',
  empty: 'without an input',
  too_large: 'too large',
  too_many_calls: 'with too many calls',
  unsearched: 'that took too long to search',
};

/** "Runs left out: 3 of an evaluation, 1 too large."; empty where there are none. */
export function leftOutText(leftOut: Readonly<Record<string, number>>): string {
  const runs = Object.entries(leftOut).map(([reason, runs]) => `${runs} ${REASONS[reason] ?? harmless(reason)}`);
  return runs.length === 0 ? '' : `Runs left out: ${runs.join(', ')}.`;
}
