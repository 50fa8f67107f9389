import { checkWithin, invalid } from '../invalid.js';
import { logSumExp } from './log-sum-exp.js';

/** One exposure: a thread or user for the first time, drawn into an arm at random, and what came of it. */
export interface Exposure {
  canary: boolean;
  success: boolean;
  /** The chance with which it was to become a canary, above 0 and below 1. It may change from one exposure to the next. */
  share: number;
}

/** An exposure of which a value from 0 to 1 is known, as a rating or a score: a part of a success. */
export interface GradedExposure extends Omit<Exposure, 'success'> {
  success: boolean | number;
}

export interface CanaryTestOptions {
  /** Regressions that are bet on, in parts of 1 (0.1 is ten points), each with the same part of the first wealth times weight. */
  drops?: readonly { drop: number; weight: number }[];
  /** What is known of the control's successes and failures from before. Wrong history costs time, never validity. */
  history?: { successes: number; failures: number };
}

/** Most of the wealth on ten points, some on half of it, and enough on disasters for them to be found in tens of exposures. */
const DROPS = [
  { drop: 0.05, weight: 0.2 },
  { drop: 0.1, weight: 0.5 },
  { drop: 0.2, weight: 0.2 },
  { drop: 0.4, weight: 0.1 },
];
/** Systems under a canary succeed mostly: nine of ten, with the weight of ten exposures. */
const NO_HISTORY = { successes: 9, failures: 1 };

/**
 * Is the canary worse than the control? An e-value that may be looked at after every exposure. Where the canary is as good at
 * every moment, an outcome says nothing of the arm: given the outcome, the arm is still a draw with chance `share`. The bet is
 * on arms given outcomes, p(y | arm) / p(y), so it holds for unequal shares, and for traffic whose difficulty changes meanwhile,
 * without assuming a success rate; rates are only guessed for the size of the bet, from what was before. The form is of Turner,
 * Ly and Grünwald, "Generic E-variables for exact sequential k-sample tests" (2024), with drawn instead of planned arms.
 * Where the canary is better, the wealth falls: it is one-sided. A value between 0 and 1 is bet on as a part of a success and the
 * rest of a failure: the payout is linear in it, so that means are compared with the same guarantee, whatever the values' distribution.
 */
export class CanaryTest {
  readonly #drops: readonly { drop: number; weight: number }[];
  readonly #logs: number[];
  #successes: number;
  #failures: number;
  #most = 0;

  /** @throws SwitchyardError `evidence.invalid` */
  constructor({ drops = DROPS, history = NO_HISTORY }: CanaryTestOptions = {}) {
    const total = drops.reduce((sum, { weight }) => sum + weight, 0);
    if (!drops.every(({ drop, weight }) => drop > 0 && drop < 1 && weight > 0) || Math.abs(total - 1) > 1e-9)
      throw invalid('Regressions to look for lie between 0 and 1, with weights above 0 that sum up to 1.');
    checkWithin('The number of earlier successes', history.successes, 0, Number.MAX_SAFE_INTEGER);
    checkWithin('The number of earlier failures', history.failures, 0, Number.MAX_SAFE_INTEGER);
    this.#drops = drops;
    this.#logs = drops.map(({ weight }) => Math.log(weight));
    // Half an exposure of each keeps the guess off 0 and 1.
    this.#successes = history.successes + 0.5;
    this.#failures = history.failures + 0.5;
  }

  /** @throws SwitchyardError `evidence.invalid` */
  add({ canary, success, share }: GradedExposure): void {
    const part = Number(success);
    checkWithin('What came of an exposure', part, 0, 1);
    if (!(share > 0 && share < 1))
      throw invalid(`An exposure had a chance of ${share} to be a canary; without a draw there is no comparison.`);
    const control = this.#successes / (this.#successes + this.#failures);
    this.#drops.forEach(({ drop }, index) => {
      const worse = Math.max(control - drop, control / 10);
      const payout = (ofCanary: number, ofControl: number) =>
        (canary ? ofCanary : ofControl) / (share * ofCanary + (1 - share) * ofControl);
      const paid = part * payout(worse, control) + (1 - part) * payout(1 - worse, 1 - control);
      this.#logs[index] = (this.#logs[index] ?? 0) + Math.log(paid);
    });
    // After the bet: it may rest only on what was before.
    if (!canary) {
      this.#successes += part;
      this.#failures += 1 - part;
    }
    this.#most = Math.max(this.#most, logSumExp(this.#logs));
  }

  /** ln of the most evidence that there ever was against "the canary is at least as good". */
  get logEvidence(): number {
    return this.#most;
  }

  /** ln of the evidence as it stands now, an e-value at any moment that one stops. */
  get lastLogEvidence(): number {
    return logSumExp(this.#logs);
  }

  refutedAt(alpha: number): boolean {
    return this.#most >= -Math.log(alpha);
  }
}
