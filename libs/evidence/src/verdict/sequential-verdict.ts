import { checkWithin } from '../invalid.js';
import { BoundedMean } from '../sequential/bounded-mean.js';
import { MeanTest } from '../sequential/mean-test.js';
import { DEFAULT_STAKES, type Stake } from '../sequential/stakes.js';
import { checkedOptions } from './check-options.js';
import type { Verdict, VerdictOptions, VerdictReport } from './verdict.js';

/** More than this times the cases so far is no plan. */
const MOST_TIMES = 1_000;
/** What fewer cases project says nothing. */
const LEAST_CASES = 10;

/**
 * A verdict over pairs of scores from 0 to 1 that may be asked for after every pair, and be acted on: two tests by betting, one
 * for each answer. The pairs must come in an order that is not chosen by their scores. Where cases have clusters,
 * give one pair a cluster, of its means. A verdict stays: what comes later does not take it back.
 */
export class SequentialVerdict {
  readonly #options: Required<VerdictOptions>;
  readonly #evidence: BoundedMean;
  readonly #passes: MeanTest;
  readonly #fails: MeanTest;
  #verdict: Verdict = 'INCONCLUSIVE';
  #decidedAfter: number | undefined;

  /** @throws SwitchyardError `evidence.invalid` */
  constructor({ stakes = DEFAULT_STAKES, ...options }: VerdictOptions & { stakes?: readonly Stake[] }) {
    this.#options = checkedOptions(options);
    const { margin, tolerated } = this.#options;
    const bounds = { low: -1, high: 1, stakes };
    this.#evidence = new BoundedMean(bounds);
    this.#passes = new MeanTest({ ...bounds, mean: -margin, side: 'above' });
    this.#fails = new MeanTest({ ...bounds, mean: -tolerated, side: 'below' });
  }

  /** @throws SwitchyardError `evidence.invalid` for scores that are not from 0 to 1 */
  add(baseline: number, candidate: number): Verdict {
    checkWithin('The score of the baseline', baseline, 0, 1);
    checkWithin('The score of the candidate', candidate, 0, 1);
    const difference = candidate - baseline;
    const { alpha } = this.#options;
    for (const test of [this.#evidence, this.#passes, this.#fails]) test.add(difference);
    if (this.#verdict === 'INCONCLUSIVE') {
      if (this.#passes.refutedAt(alpha)) this.#verdict = 'PASS';
      else if (this.#fails.refutedAt(alpha)) this.#verdict = 'FAIL';
      if (this.#verdict !== 'INCONCLUSIVE') this.#decidedAfter = this.#evidence.count;
    }
    return this.#verdict;
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** Pairs after which the verdict was reached. */
  get decidedAfter(): number | undefined {
    return this.#decidedAfter;
  }

  report(): VerdictReport {
    const { alpha } = this.#options;
    const { count: cases, mean: difference } = this.#evidence;
    const interval = { low: this.#evidence.lowerBound(alpha), high: this.#evidence.upperBound(alpha) };
    const report = { verdict: this.#verdict, difference, interval, cases };
    const moreCases = this.#verdict === 'INCONCLUSIVE' ? this.#moreCases() : undefined;
    return moreCases === undefined ? report : { ...report, moreCases };
  }

  #moreCases(): number | undefined {
    const { count } = this.#evidence;
    if (count < LEAST_CASES || !this.#decidedBy(MOST_TIMES)) return undefined;
    let [low, high] = [1, MOST_TIMES];
    while ((high - low) * count > 0.5) {
      const middle = (low + high) / 2;
      if (this.#decidedBy(middle)) high = middle;
      else low = middle;
    }
    return Math.max(1, Math.ceil(count * (high - 1)));
  }

  #decidedBy(times: number): boolean {
    const { margin, tolerated, alpha } = this.#options;
    const more = this.#evidence.scaled(times);
    const enough = -Math.log(alpha);
    return more.logEvidenceAbove(-margin) >= enough || more.logEvidenceBelow(-tolerated) >= enough;
  }
}
