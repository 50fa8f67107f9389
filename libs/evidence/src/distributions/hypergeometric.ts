import { invalid } from '../invalid.js';
import { logGamma } from './log-gamma.js';

/** One urn: `drawn` of `total`, of which `marked` are marked. */
export interface Urn {
  drawn: number;
  marked: number;
  total: number;
}

/**
 * Chance of exactly `count` marked ones among `drawn` of `total`, of which `marked` are marked.
 *
 * @throws SwitchyardError `evidence.invalid`
 */
export function hypergeometricChance(count: number, { drawn, marked, total }: Urn): number {
  for (const part of [drawn, marked])
    if (!Number.isSafeInteger(part) || part < 0 || !Number.isSafeInteger(total) || part > total)
      throw invalid(
        `${drawn} drawn and ${marked} marked of ${total} are no counts. Give whole numbers up to the total.`,
      );
  if (count < Math.max(0, drawn + marked - total) || count > Math.min(drawn, marked)) return 0;
  const log = logChoose(marked, count) + logChoose(total - marked, drawn - count) - logChoose(total, drawn);
  return Math.exp(log);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
