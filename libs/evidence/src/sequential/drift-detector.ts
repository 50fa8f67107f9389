import { checkWithin, invalid } from '../invalid.js';
import { checkStakes, DEFAULT_STAKES, payout, type Stake } from './stakes.js';

export interface DriftDetectorOptions {
  /** The mean that is held for normal. Where it was measured, give the end of its interval that is harder to fall out of. */
  reference: number;
  side: 'below' | 'above';
  low?: number;
  high?: number;
  stakes?: readonly Stake[];
  /** Values between two false alarms on average, at least; 1,000 where absent. */
  falseAlarmEvery?: number;
}

/** A change: `since` counts the values before it, by the likeliest moment. */
export interface Drift {
  at: number;
  since: number;
}

/**
 * Did a mean change, and when? An e-detector of the Shiryaev–Roberts kind (Shin, Ramdas and Rinaldo, "E-detectors", 2024): every
 * moment starts a bet that the change was there, and the sum of all bets reaches n only once in n values on average while there is
 * no change, whatever the values' distribution. Since CUSUM's maximum is below that sum, it serves only to date the change.
 */
export class DriftDetector {
  readonly #options: Required<DriftDetectorOptions>;
  /** Per stake: the sum of all bets, the best of them, and when the best began. */
  readonly #bets: { sum: number; best: number; since: number }[];
  #count = 0;
  #drift: Drift | undefined;

  /** @throws SwitchyardError `evidence.invalid` */
  constructor(options: DriftDetectorOptions) {
    const { low = 0, high = 1, stakes = DEFAULT_STAKES, falseAlarmEvery = 1_000 } = options;
    checkWithin('The reference', options.reference, low, high);
    if (!(falseAlarmEvery > 1))
      throw invalid(`A false alarm every ${falseAlarmEvery} values is none. Give more than 1.`);
    this.#options = { ...options, low, high, stakes: checkStakes(stakes), falseAlarmEvery };
    this.#bets = stakes.map(() => ({ sum: 0, best: 0, since: 0 }));
  }

  /**
   * Takes one value; answers the drift once it was found, from then on the same.
   *
   * @throws SwitchyardError `evidence.invalid` for a value out of the bounds
   */
  add(value: number): Drift | undefined {
    const { low, high, stakes, side, reference, falseAlarmEvery } = this.#options;
    checkWithin('A value', value, low, high);
    if (this.#drift) return this.#drift;
    const part = (side === 'above' ? value - low : high - value) / (high - low);
    const mean = (side === 'above' ? reference - low : high - reference) / (high - low);
    let sum = 0;
    stakes.forEach(({ share, weight }, index) => {
      const bet = this.#bets[index];
      if (!bet) return;
      const factor = payout(share, part, mean);
      bet.sum = (bet.sum + 1) * factor;
      if (bet.best <= 1) bet.since = this.#count;
      bet.best = Math.max(bet.best, 1) * factor;
      sum += weight * bet.sum;
    });
    this.#count++;
    if (sum >= falseAlarmEvery) this.#drift = { at: this.#count, since: this.#likeliestStart() };
    return this.#drift;
  }

  /** Values so far. */
  get count(): number {
    return this.#count;
  }

  #likeliestStart(): number {
    return this.#bets.reduce((one, other) => (other.best > one.best ? other : one)).since;
  }
}
