import { DrawnDifference } from '@switchyard/evidence';
import { moreUntil, type Finding, type GuardrailTest, type GuardrailVerdict, type Observed } from './finding.js';

export interface MeanGuardOptions {
  alpha: number;
  /** Relative to the baseline's mean: 0.1 allows a tenth more. */
  margin: number;
}

/** Of each arm, before anything is decided: the sequence is asymptotic, and costs and latencies are skewed. */
export const DECIDES_FROM = 100;
/** Exposures of the candidate at which the sequence is to be narrowest: where the planned look of the others is. */
const TIGHTEST_AT = 300;

/**
 * A guardrail on costs or latencies, by an asymptotic confidence sequence of candidate less (1 + margin) × baseline. What people pay and
 * wait for is the mean, and neither has an upper bound that could be named before: a bounded transform would test another mean than
 * the one that the margin speaks of.
 */
export class MeanGuard implements GuardrailTest {
  readonly #drawn = new DrawnDifference();
  readonly #alpha: number;
  readonly #factor: number;
  #tightestAt = 0;
  #harmed = false;

  constructor({ alpha, margin }: MeanGuardOptions) {
    this.#alpha = alpha;
    this.#factor = 1 + margin;
  }

  add(observed: Observed): void {
    // Fixed by the first share, before anything is known of the values.
    this.#tightestAt ||= Math.ceil(TIGHTEST_AT / observed.share);
    this.#drawn.add(observed);
    if (!this.#harmed && this.#decides() && (this.#beyondMargin()?.low ?? 0) > 0) this.#harmed = true;
  }

  finding(): Finding {
    const { canaries, controls, canaryMean, controlMean } = this.#drawn;
    const interval = this.#drawn.interval({ alpha: this.#alpha, tightestAt: this.#tightestAt || 1 });
    const few = !this.#decides() && !this.#harmed;
    return {
      candidate: { exposures: canaries, mean: canaryMean || 0 },
      baseline: { exposures: controls, mean: controlMean || 0 },
      ...(interval && !few ? { interval } : {}),
      verdict: this.#verdict(),
      note: few ? `decides from ${DECIDES_FROM} runs of each arm on` : '',
      ...(this.#harmed ? {} : this.#more()),
    };
  }

  #decides(): boolean {
    return Math.min(this.#drawn.canaries, this.#drawn.controls) >= DECIDES_FROM;
  }

  #beyondMargin() {
    return this.#drawn.interval({ factor: this.#factor, alpha: this.#alpha, tightestAt: this.#tightestAt });
  }

  #verdict(): GuardrailVerdict {
    if (this.#harmed) return 'harm';
    if (this.#drawn.canaries === 0 || this.#drawn.controls === 0) return 'waiting';
    const interval = this.#decides() ? this.#beyondMargin() : undefined;
    return interval && interval.high < 0 ? 'no_worse' : 'watching';
  }

  #more(): { moreExposures?: number } {
    const { canaries } = this.#drawn;
    if (canaries < DECIDES_FROM) return { moreExposures: DECIDES_FROM - canaries };
    const interval = this.#decides() ? this.#beyondMargin() : undefined;
    const difference = this.#drawn.difference(this.#factor);
    if (interval === undefined || difference <= 0) return {};
    // The width falls with the root of the number.
    return moreUntil(canaries, (difference / (difference - interval.low)) ** 2);
  }
}
