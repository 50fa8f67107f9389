import { contentAddress } from '@switchyard/contracts';

/** Hexadecimal digits of 52 bits, which a number holds exactly. */
const DIGITS = 13;

/**
 * The number that a run's decision draws, from 0 to below 1: the first 52 bits of a hash of its id, so that the decision
 * can be taken again by who has nothing but the record.
 */
export function drawOf(runId: string): number {
  const digits = contentAddress(['routing', runId]).replace('sha256:', '').slice(0, DIGITS);
  return Number.parseInt(digits, 16) / 16 ** DIGITS;
}
