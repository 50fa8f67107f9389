import { logGamma } from './log-gamma.js';
import { invalid } from '../invalid.js';

/**
 * Chance of `least` or more marked ones among `drawn` of `total`, of which `marked` are marked: Fisher's exact test, one side.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function hypergeometricUpperTail(least: number, drawn: number, marked: number, total: number): number {
  for (const count of [least, drawn, marked, total])
    if (!Number.isSafeInteger(count) || count < 0 || (count !== least && count > total))
      throw invalid(`${least} of ${drawn} drawn, ${marked} of ${total} marked are no counts. Give whole numbers.`);
  const lowest = Math.max(0, drawn + marked - total);
  if (least <= lowest) return 1;
  const logAll = logChoose(total, drawn);
  let sum = 0;
  for (let count = Math.min(drawn, marked); count >= least; count--)
    sum += Math.exp(logChoose(marked, count) + logChoose(total - marked, drawn - count) - logAll);
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
