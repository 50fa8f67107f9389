import { meanInterval, type Sample } from './mean-interval.js';
import { wilsonInterval, type Interval } from './wilson.js';

/** All scores of one scorer in one evaluation. */
export interface ScoreSample extends Sample {
  passed: number;
  /** Every value is 0 or 1: the mean is a share. */
  binary: boolean;
}

/**
 * The 95 % interval of the mean score: Wilson's where scores are yes or no, Student's where they are in between.
 * Repeats of a case count as scores of their own; where cases differ much, the interval is narrower than it should be.
 */
export function scoreInterval(sample: ScoreSample): Interval {
  if (!sample.binary) return meanInterval(sample);
  return wilsonInterval(Math.round(sample.mean * sample.count), sample.count);
}
