import { hypergeometricUpperTail } from '../distributions/hypergeometric.js';
import { checkProbability, invalid } from '../invalid.js';
import { CanaryTest, type CanaryTestOptions, type Exposure } from './canary-test.js';

export interface CanaryGuardOptions extends CanaryTestOptions {
  /** Chance that a canary which is as good is rolled back, all looks together; 5 % where absent. */
  alpha?: number;
  /** Exposures of the canary after which the one planned look is taken; 300 where absent. */
  plannedAt?: number;
  /** Part of alpha for the planned look, 0 up to 1; 0.8 where absent. With 0 there is none. */
  plannedPart?: number;
}

export type CanaryState = 'watching' | 'roll_back' | 'held';

/**
 * A canary's guardrail on one metric. Two looks share alpha: one after every exposure, by an e-value, which catches disasters
 * early and may go on for ever; and one at a number of exposures that is fixed before, by Fisher's exact test, which finds small
 * regressions with hardly more exposures than a test that is never looked at before. The planned one is valid because its moment depends on the
 * count of exposures alone; no state or time may move it. `held` says that the planned look was passed: the e-value goes on.
 */
export class CanaryGuard {
  readonly #test: CanaryTest;
  readonly #anytimeAlpha: number;
  readonly #plannedAlpha: number;
  readonly #plannedAt: number;
  readonly #canary = { successes: 0, failures: 0 };
  readonly #control = { successes: 0, failures: 0 };
  #state: CanaryState = 'watching';
  #planned: number | undefined;

  /** @throws SwitchyardError `evidence.invalid` */
  constructor({ alpha = 0.05, plannedAt = 300, plannedPart = 0.8, ...options }: CanaryGuardOptions = {}) {
    checkProbability('alpha', alpha);
    if (!(plannedPart >= 0 && plannedPart < 1))
      throw invalid(
        `The planned look's part of alpha is ${plannedPart}; the looks after every exposure need some too.`,
      );
    if (!Number.isSafeInteger(plannedAt) || plannedAt < 1)
      throw invalid(`The planned look is at ${plannedAt} exposures. Give a whole number from 1.`);
    this.#test = new CanaryTest(options);
    this.#plannedAlpha = alpha * plannedPart;
    this.#anytimeAlpha = alpha - this.#plannedAlpha;
    this.#plannedAt = plannedAt;
  }

  /**
   * Takes one exposure; a decision to roll back stays.
   *
   * @throws SwitchyardError `evidence.invalid`
   */
  add(exposure: Exposure): CanaryState {
    this.#test.add(exposure);
    const arm = exposure.canary ? this.#canary : this.#control;
    if (exposure.success) arm.successes++;
    else arm.failures++;
    if (this.#state === 'roll_back') return this.#state;
    if (this.#test.refutedAt(this.#anytimeAlpha)) this.#state = 'roll_back';
    else if (exposure.canary && this.exposures === this.#plannedAt) this.#state = this.#plannedLook();
    return this.#state;
  }

  /** Exposures of the canary. */
  get exposures(): number {
    return this.#canary.successes + this.#canary.failures;
  }

  get state(): CanaryState {
    return this.#state;
  }

  /** ln of the evidence of the looks after every exposure, and the p-value of the planned one once it was taken. */
  get evidence(): { log: number; neededLog: number; planned: number | undefined; plannedAlpha: number } {
    const { logEvidence: log } = this.#test;
    return { log, neededLog: -Math.log(this.#anytimeAlpha), planned: this.#planned, plannedAlpha: this.#plannedAlpha };
  }

  #plannedLook(): CanaryState {
    const { successes, failures } = this.#control;
    const failed = this.#canary.failures + failures;
    const all = this.exposures + successes + failures;
    this.#planned = hypergeometricUpperTail(this.#canary.failures, this.exposures, failed, all);
    return this.#planned <= this.#plannedAlpha ? 'roll_back' : 'held';
  }
}
