import { wilsonInterval } from '@switchyard/evidence';

/** Runs that people found right or wrong, and in how many of them the judge found the same. */
export interface Labels {
  right: Agreement;
  wrong: Agreement;
}

export interface Agreement {
  cases: number;
  agreed: number;
}

/** Labels of each sort that a calibration takes: with fewer its own interval is wider than what it corrects. */
const LEAST_LABELS = 20;
/** Labels count for so long: providers change what answers under a name. */
const LABELS_COUNT_DAYS = 90;

/** Labels given before do not count. */
export function labelsSince(now: Date): Date {
  return new Date(now.getTime() - LABELS_COUNT_DAYS * 86_400_000);
}

/**
 * Whether labels make a judge usable: there are enough of both sorts, and it is better than a coin beyond doubt. Corrected
 * for its errors (Rogan and Gladen 1978), a share is divided by sensitivity + specificity − 1: where the lower ends of their
 * 95 % intervals leave nothing of that, no correction means anything.
 */
export function isUsable({ right, wrong }: Labels): boolean {
  if (right.cases < LEAST_LABELS || wrong.cases < LEAST_LABELS) return false;
  const leastOf = ({ cases, agreed }: Agreement) => wilsonInterval(agreed / cases, cases).low;
  return leastOf(right) + leastOf(wrong) > 1;
}
