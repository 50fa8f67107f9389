import type { Interval } from '../interval.js';
import { checkWithin, invalid } from '../invalid.js';
import { asymptoticWidth, type AsymptoticOptions } from './asymptotic.js';

/** A value of one of two arms, and the chance with which it was drawn into the canary. */
export interface DrawnValue {
  canary: boolean;
  value: number;
  /** Above 0 and below 1; it may change from one value to the next. */
  share: number;
}

export interface DrawnDifferenceOptions extends AsymptoticOptions {
  /** So many times the control's mean is what the canary's is compared with; 1 where absent. */
  factor?: number;
}

/** Sums over one arm, each value with the weight 1 / chance of its arm. */
interface Sums {
  count: number;
  weight: number;
  weighted: number;
  weight2: number;
  weighted2: number;
  squared2: number;
}

const NONE: Sums = { count: 0, weight: 0, weighted: 0, weight2: 0, weighted2: 0, squared2: 0 };

/**
 * How much higher the canary's mean is than the control's (or than `factor` times it), for values without an upper bound (costs, latencies):
 * a confidence sequence, so that it may be looked at after every value. Values are weighted by the chance of their arm, so that a share that
 * grows while traffic changes blames nobody. Asymptotic: not to be decided by before some 100 values of each arm, and heavy tails need
 * more. Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Annals of Statistics 52 (2024), section 3, with the arms' means as the
 * estimator of each.
 */
export class DrawnDifference {
  #canary = NONE;
  #control = NONE;

  /** @throws SwitchyardError `evidence.invalid` */
  add({ canary, value, share }: DrawnValue): void {
    if (!(share > 0 && share < 1))
      throw invalid(`A value had a chance of ${share} to be of a canary; without a draw there is no comparison.`);
    checkWithin('A value', value, -Number.MAX_VALUE, Number.MAX_VALUE);
    if (canary) this.#canary = plus(this.#canary, value, 1 / share);
    else this.#control = plus(this.#control, value, 1 / (1 - share));
  }

  get canaries(): number {
    return this.#canary.count;
  }

  get controls(): number {
    return this.#control.count;
  }

  /** NaN of no values. */
  get canaryMean(): number {
    return meanOf(this.#canary);
  }

  get controlMean(): number {
    return meanOf(this.#control);
  }

  /** The canary's mean less `factor` times the control's; NaN where an arm has no values. */
  difference(factor = 1): number {
    return this.canaryMean - factor * this.controlMean;
  }

  /** Of the difference, at all moments together; undefined while an arm has fewer than two values. */
  interval({ factor = 1, ...options }: DrawnDifferenceOptions = {}): Interval | undefined {
    if (Math.min(this.#canary.count, this.#control.count) < 2) return undefined;
    const count = this.#canary.count + this.#control.count;
    const variance = count * (errorOf(this.#canary) + factor ** 2 * errorOf(this.#control));
    const margin = Math.sqrt(variance) * asymptoticWidth(count, options);
    const difference = this.difference(factor);
    return { low: difference - margin, high: difference + margin };
  }
}

function plus(sums: Sums, value: number, weight: number): Sums {
  return {
    count: sums.count + 1,
    weight: sums.weight + weight,
    weighted: sums.weighted + weight * value,
    weight2: sums.weight2 + weight ** 2,
    weighted2: sums.weighted2 + weight ** 2 * value,
    squared2: sums.squared2 + (weight * value) ** 2,
  };
}

function meanOf({ weighted, weight }: Sums): number {
  return weighted / weight;
}

/** The squared standard error of a weighted mean: Σ w² (x − mean)² / (Σ w)². Rounding can make the sum negative where all are equal. */
function errorOf(sums: Sums): number {
  const mean = meanOf(sums);
  const spread = sums.squared2 - 2 * mean * sums.weighted2 + mean ** 2 * sums.weight2;
  return Math.max(0, spread) / sums.weight ** 2;
}
