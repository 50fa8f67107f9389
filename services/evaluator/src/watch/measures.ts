import type { Observed } from './observed.js';

/** Values from 0 to 1 of one turn; their mean is what is held against what it was. */
export type Values = (turn: Observed) => number[];

/** What is measured at every turn, without a unit of its own. */
export interface Measure {
  side: 'below' | 'above';
  /** Turns that say what is normal, before any is measured. */
  learning: number;
  learn: (turns: readonly Observed[]) => Values;
  /** For people, of a mean. */
  text: (mean: number) => string;
}

/** So many times the usual time is slow: less is weather. */
const SLOW = 2;

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

export const MEASURES = {
  /** Held against the first turn's answers. Many endpoints vary at temperature 0: how much is measured first. */
  answers: {
    side: 'below',
    learning: 1,
    learn:
      ([first]) =>
      ({ answers }) =>
        Object.entries(answers).flatMap(([name, answer]) => {
          const usual = first?.answers[name];
          return usual === undefined ? [] : [usual === answer ? 1 : 0];
        }),
    text: (mean) => `${percent(mean)} as at first`,
  },
  latency: {
    side: 'above',
    learning: 3,
    learn: (turns) => {
      const limit = SLOW * medianOf(turns.flatMap(({ durations }) => durations));
      return ({ durations }) => durations.map((duration) => (duration > limit ? 1 : 0));
    },
    text: (mean) => `${percent(mean)} of answers took more than ${SLOW} times the usual`,
  },
  quality: {
    side: 'below',
    learning: 0,
    // One value of the whole turn: cases are not alike, turns are.
    learn:
      () =>
      ({ scores: { sum, count } }) =>
        count > 0 ? Array.from({ length: count }, () => sum / count) : [],
    text: (mean) => `mean score ${mean.toFixed(3)}`,
  },
} as const satisfies Record<string, Measure>;

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
