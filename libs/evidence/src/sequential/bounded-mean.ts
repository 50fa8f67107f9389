import type { Interval } from '../interval.js';
import { checkProbability, checkWithin } from '../invalid.js';
import { logSumExp } from './log-sum-exp.js';
import { checkStakes, DEFAULT_STAKES, payout, type Stake } from './stakes.js';

export interface BoundedMeanOptions {
  /** What a value cannot be below and above; 0 and 1 where absent, −1 and 1 for differences of scores. */
  low?: number;
  high?: number;
  stakes?: readonly Stake[];
}

/**
 * What values between two bounds say about their mean, valid after every value and whenever one stops: a betting confidence
 * sequence (Waudby-Smith and Ramdas, JRSS B 86, 2024) with a mixture of constant stakes, so that the order of the values does
 * not matter and equal ones are kept as a count. Assumes of the values only that each has the same mean given those before it.
 */
export class BoundedMean {
  readonly low: number;
  readonly high: number;
  readonly #stakes: readonly Stake[];
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;

  /** @throws SwitchyardError `evidence.invalid` */
  constructor({ low = 0, high = 1, stakes = DEFAULT_STAKES }: BoundedMeanOptions = {}) {
    checkWithin('The upper bound', high, low + Number.EPSILON, Number.MAX_VALUE);
    this.low = low;
    this.high = high;
    this.#stakes = checkStakes(stakes);
  }

  /** @throws SwitchyardError `evidence.invalid` for a value out of the bounds */
  add(value: number, count = 1): void {
    checkWithin('A value', value, this.low, this.high);
    const part = (value - this.low) / (this.high - this.low);
    this.#counts.set(part, (this.#counts.get(part) ?? 0) + count);
    this.#count += count;
    this.#sum += part * count;
  }

  get count(): number {
    return this.#count;
  }

  /** NaN of no values. */
  get mean(): number {
    return this.low + (this.high - this.low) * (this.#sum / this.#count);
  }

  /** ln of the e-value against "the mean is at most this": above ln(1/α), it is refuted at α, whenever one looks. */
  logEvidenceAbove(mean: number): number {
    return this.#logEvidence((mean - this.low) / (this.high - this.low), (part) => part);
  }

  /** ln of the e-value against "the mean is at least this". */
  logEvidenceBelow(mean: number): number {
    return this.#logEvidence((this.high - mean) / (this.high - this.low), (part) => 1 - part);
  }

  /** The mean is not below this, but for one in 1/alpha series of values, however often it is looked at. */
  lowerBound(alpha: number): number {
    checkProbability('alpha', alpha);
    return this.low + (this.high - this.low) * this.#boundOfPart(alpha, (part) => part);
  }

  upperBound(alpha: number): number {
    checkProbability('alpha', alpha);
    return this.high - (this.high - this.low) * this.#boundOfPart(alpha, (part) => 1 - part);
  }

  /** Both sides, each with half of alpha. */
  interval(alpha: number): Interval {
    return { low: this.lowerBound(alpha / 2), high: this.upperBound(alpha / 2) };
  }

  /** As if the same values had come this many times as often: what more cases like these would say. */
  scaled(factor: number): BoundedMean {
    const { low, high } = this;
    const more = new BoundedMean({ low, high, stakes: this.#stakes });
    for (const [part, count] of this.#counts) more.add(Math.min(high, low + part * (high - low)), count * factor);
    return more;
  }

  #logEvidence(mean: number, view: (part: number) => number): number {
    const logs = this.#stakes.map(({ share, weight }) => {
      let log = Math.log(weight);
      for (const [part, count] of this.#counts) log += count * Math.log(payout(share, view(part), mean));
      return log;
    });
    return logSumExp(logs);
  }

  /** The evidence falls in the mean, so that halving finds where it ends. */
  #boundOfPart(alpha: number, view: (part: number) => number): number {
    const enough = -Math.log(alpha);
    let low = 0;
    let high = 1;
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (this.#logEvidence(middle, view) >= enough) low = middle;
      else high = middle;
    }
    return low;
  }
}
