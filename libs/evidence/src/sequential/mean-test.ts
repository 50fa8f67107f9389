import { checkWithin } from '../invalid.js';
import { logSumExp } from './log-sum-exp.js';
import { checkStakes, DEFAULT_STAKES, payout, type Stake } from './stakes.js';

export interface MeanTestOptions {
  /** What is tested: that the mean is at least (or, for `above`, at most) this. */
  mean: number;
  /** What is looked for. */
  side: 'below' | 'above';
  low?: number;
  high?: number;
  stakes?: readonly Stake[];
}

/**
 * A test of one mean that is looked at after every value: the wealth of a gambler who bets against it. By Ville's inequality
 * it reaches 1/α in at most α of all series where the mean is as said, so `evidence` is the most that it ever was.
 * The same bets as `BoundedMean`, step by step.
 */
export class MeanTest {
  readonly #options: Required<MeanTestOptions>;
  readonly #logs: number[];
  #count = 0;
  #most = 0;

  /** @throws SwitchyardError `evidence.invalid` */
  constructor({ low = 0, high = 1, stakes = DEFAULT_STAKES, mean, side }: MeanTestOptions) {
    checkWithin('The mean that is tested', mean, low, high);
    this.#options = { low, high, stakes: checkStakes(stakes), mean, side };
    this.#logs = stakes.map(({ weight }) => Math.log(weight));
  }

  /** @throws SwitchyardError `evidence.invalid` for a value out of the bounds */
  add(value: number): void {
    const { low, high, stakes, mean, side } = this.#options;
    checkWithin('A value', value, low, high);
    const width = high - low;
    const [part, meanPart] =
      side === 'above'
        ? [(value - low) / width, (mean - low) / width]
        : [(high - value) / width, (high - mean) / width];
    stakes.forEach(({ share }, index) => {
      this.#logs[index] = (this.#logs[index] ?? 0) + Math.log(payout(share, part, meanPart));
    });
    this.#count++;
    this.#most = Math.max(this.#most, logSumExp(this.#logs));
  }

  get count(): number {
    return this.#count;
  }

  /** ln of the most evidence that there ever was; compare it with ln(1/α). */
  get logEvidence(): number {
    return this.#most;
  }

  refutedAt(alpha: number): boolean {
    return this.#most >= -Math.log(alpha);
  }
}
