import { BoundedMean, CanaryGuard, CanaryTest, DrawnDifference, type Interval } from '@switchyard/evidence';
import { moreUntil, type Finding, type GuardrailTest, type GuardrailVerdict, type Observed } from './finding.js';

export interface BoundedGuardOptions {
  alpha: number;
  /** In points of 1. */
  margin: number;
  /** Whether more is better, as of successes, or worse, as of overrides. */
  good: 'high' | 'low';
  /** Exposures of the candidate at which the planned look is taken; only of values that are 0 or 1. */
  plannedAt?: number;
}

/** So fine are values kept for the intervals: the work does not grow with the number of different scores. */
const STEPS = 200;

/**
 * A guardrail on values from 0 to 1. Harm is what refutes "as good" (`CanaryGuard` of `@switchyard/evidence`, with its settings; without a
 * planned look its `CanaryTest` alone) while the candidate is worse by more than the margin: the margin never makes a false alarm
 * more likely, and keeps what was allowed from being called harm once there are runs enough to see it.
 */
export class BoundedGuard implements GuardrailTest {
  readonly #options: BoundedGuardOptions;
  readonly #guard: CanaryGuard | undefined;
  readonly #test: CanaryTest | undefined;
  readonly #drawn = new DrawnDifference();
  readonly #candidate = new BoundedMean();
  readonly #baseline = new BoundedMean();
  readonly #shares = new Set<number>();
  #harmed = false;

  constructor(options: BoundedGuardOptions) {
    const { alpha, plannedAt } = options;
    this.#options = options;
    if (plannedAt === undefined) this.#test = new CanaryTest();
    else this.#guard = new CanaryGuard({ alpha, plannedAt });
  }

  add({ canary, share, value }: Observed): void {
    const { alpha, good, margin } = this.#options;
    const success = good === 'high' ? value : 1 - value;
    this.#guard?.add({ canary, share, success: success === 1 });
    this.#test?.add({ canary, share, success });
    this.#drawn.add({ canary, share, value });
    (canary ? this.#candidate : this.#baseline).add(Math.round(value * STEPS) / STEPS);
    this.#shares.add(share);
    const refuted = this.#guard ? this.#guard.state === 'roll_back' : this.#test?.refutedAt(alpha);
    // Weighted by the draws, so that a share that grew while traffic became easier hides nothing.
    if (refuted && this.#worseBy() > margin) this.#harmed = true;
  }

  finding(): Finding {
    const [candidate, baseline] = [this.#drawn.canaries, this.#drawn.controls];
    const interval = this.#interval();
    return {
      candidate: { exposures: candidate, mean: this.#drawn.canaryMean || 0 },
      baseline: { exposures: baseline, mean: this.#drawn.controlMean || 0 },
      ...(interval ? { interval } : {}),
      verdict: this.#verdict(interval),
      note: '',
      ...(this.#harmed ? {} : this.#more(candidate)),
    };
  }

  #worseBy(): number {
    return this.#options.good === 'high' ? -this.#drawn.difference() : this.#drawn.difference();
  }

  #verdict(interval: Interval | undefined): GuardrailVerdict {
    if (this.#harmed) return 'harm';
    if (interval === undefined) return 'waiting';
    const worstCase = this.#options.good === 'high' ? -interval.low : interval.high;
    if (worstCase < this.#options.margin) return 'no_worse';
    return this.#guard?.state === 'held' ? 'held' : 'watching';
  }

  /** Exact for any number of exposures while the share stays; where it changed, by weights, which needs many. */
  #interval(): Interval | undefined {
    const { alpha } = this.#options;
    if (this.#candidate.count === 0 || this.#baseline.count === 0) return undefined;
    if (this.#shares.size > 1) return this.#drawn.interval({ alpha });
    const [candidate, baseline] = [this.#candidate.interval(alpha / 2), this.#baseline.interval(alpha / 2)];
    return { low: candidate.low - baseline.high, high: candidate.high - baseline.low };
  }

  #more(exposures: number): { moreExposures?: number } {
    const { alpha, plannedAt = 0 } = this.#options;
    if (exposures < plannedAt) return { moreExposures: plannedAt - exposures };
    const { log, neededLog } = this.#guard?.evidence ?? {
      log: this.#test?.lastLogEvidence ?? 0,
      neededLog: -Math.log(alpha),
    };
    return moreUntil(exposures, log / neededLog);
  }
}
