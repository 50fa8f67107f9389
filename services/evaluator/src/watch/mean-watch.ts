import { DriftDetector, wilsonInterval } from '@switchyard/evidence';
import type { Measure, Values } from './measures.js';
import type { ObservedTurn } from './observed.js';

/** A mean changed between two moments. */
export interface MeanChange {
  before: number;
  after: number;
  changedAfter: Date;
  changedBefore: Date;
  turns: number;
}

/** Turns, and values in them, by which the mean is measured before it is watched. */
const MEASURING = { turns: 5, values: 10 };
/** Turns from one false alarm to the next on average, at least. */
const FALSE_ALARM_EVERY = 1_000;

/**
 * Watches one measure over turns: first it learns what is normal, then it measures the mean, and from then on every turn's mean is one value for
 * `DriftDetector`, which may be looked at after every turn. What it is held against is the end of the measured mean's 95 % interval that is
 * harder to fall out of. After an alarm it begins anew.
 */
export class MeanWatch {
  private learned: ObservedTurn[] = [];
  private values: Values | undefined;
  private measured = { turns: 0, count: 0, sum: 0 };
  private detector: DriftDetector | undefined;
  private means: { mean: number; at: Date }[] = [];
  private measuredUntil = new Date(0);

  constructor(private readonly measure: Measure) {}

  add(turn: ObservedTurn): MeanChange | undefined {
    const { learning, learn } = this.measure;
    if (this.learned.length < learning) {
      this.learned.push(turn);
      return undefined;
    }
    this.values ??= learn(this.learned);
    const values = this.values(turn);
    if (values.length === 0) return undefined;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return this.detector ? this.watch(this.detector, mean, turn.at) : this.calibrate(mean, values.length, turn.at);
  }

  private calibrate(mean: number, count: number, at: Date): undefined {
    this.measured.turns += 1;
    this.measured.count += count;
    this.measured.sum += mean * count;
    this.measuredUntil = at;
    if (this.measured.turns < MEASURING.turns || this.measured.count < MEASURING.values) return;
    const { side } = this.measure;
    const { low, high } = wilsonInterval(this.usual(), this.measured.count);
    const reference = side === 'below' ? low : high;
    this.detector = new DriftDetector({ side, reference, falseAlarmEvery: FALSE_ALARM_EVERY });
  }

  private watch(detector: DriftDetector, mean: number, at: Date): MeanChange | undefined {
    this.means.push({ mean, at });
    const drift = detector.add(mean);
    if (!drift) return undefined;
    const since = this.means.slice(drift.since);
    const change = {
      before: this.usual(),
      after: since.reduce((sum, item) => sum + item.mean, 0) / Math.max(1, since.length),
      changedAfter: this.means[drift.since - 1]?.at ?? this.measuredUntil,
      changedBefore: since[0]?.at ?? at,
      turns: drift.at - drift.since,
    };
    this.begin();
    return change;
  }

  private usual(): number {
    return Math.min(1, this.measured.sum / this.measured.count);
  }

  private begin(): void {
    this.learned = [];
    this.values = undefined;
    this.measured = { turns: 0, count: 0, sum: 0 };
    this.detector = undefined;
    this.means = [];
  }
}
