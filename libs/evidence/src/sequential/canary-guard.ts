import { hypergeometricSumUpperTail } from '../distributions/hypergeometric-sum.js';
import type { Urn } from '../distributions/hypergeometric.js';
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

/** Failures are the marked ones, exposures of the canary those drawn. */
interface Stratum extends Urn {
  failed: number;
}

export type CanaryState = 'watching' | 'roll_back' | 'held';

/**
 * A canary's guardrail on one metric. Two looks share alpha: one after every exposure, by an e-value, which catches disasters
 * early and may go on for ever; and one at a number of exposures that is fixed before, by Fisher's exact test, which finds small
 * regressions with hardly more exposures than a test that is never looked at before. The planned one is valid because its moment
 * depends on the count of exposures alone; no state or time may move it. Exposures are compared with those of the same share:
 * where shares grow while traffic changes, all together would blame the canary for the traffic (Simpson's paradox). So few
 * different shares, of many exposures each. `held` says that the planned look was passed: the e-value goes on.
 */
export class CanaryGuard {
  readonly #test: CanaryTest;
  readonly #anytimeAlpha: number;
  readonly #plannedAlpha: number;
  readonly #plannedAt: number;
  /** By share: what came of the exposures. */
  readonly #strata = new Map<number, Stratum>();
  #exposures = 0;
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
    const rollsBack = this.#state === 'roll_back';
    if (!rollsBack && this.#test.refutedAt(this.#anytimeAlpha)) this.#state = 'roll_back';
    // Before it is counted: the exposure that completes the number is one of the canary by definition, not by a draw.
    else if (!rollsBack && exposure.canary && this.#exposures === this.#plannedAt - 1)
      this.#state = this.#plannedLook();
    this.#count(exposure);
    return this.#state;
  }

  /** Exposures of the canary. */
  get exposures(): number {
    return this.#exposures;
  }

  get state(): CanaryState {
    return this.#state;
  }

  /** ln of the evidence of the looks after every exposure, and the p-value of the planned one once it was taken. */
  get evidence(): { log: number; neededLog: number; planned: number | undefined; plannedAlpha: number } {
    const { logEvidence: log } = this.#test;
    return { log, neededLog: -Math.log(this.#anytimeAlpha), planned: this.#planned, plannedAlpha: this.#plannedAlpha };
  }

  #count({ canary, success, share }: Exposure): void {
    const stratum = this.#strata.get(share) ?? { drawn: 0, marked: 0, total: 0, failed: 0 };
    this.#strata.set(share, stratum);
    stratum.total++;
    if (!success) stratum.marked++;
    if (!canary) return;
    this.#exposures++;
    stratum.drawn++;
    if (!success) stratum.failed++;
  }

  #plannedLook(): CanaryState {
    const strata = [...this.#strata.values()];
    const failed = strata.reduce((sum, stratum) => sum + stratum.failed, 0);
    this.#planned = this.#plannedAlpha > 0 ? hypergeometricSumUpperTail(failed, strata) : undefined;
    return this.#planned !== undefined && this.#planned <= this.#plannedAlpha ? 'roll_back' : 'held';
  }
}
