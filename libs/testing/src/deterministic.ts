/** A clock that stands still until it is told otherwise. */
export interface SteppedClock {
  now(): Date;
  advance(ms: number): void;
}

export function steppedClock(start = '2026-01-01T00:00:00.000Z'): SteppedClock {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance: (ms) => {
      time += ms;
    },
  };
}

/** Ids in order: `run_0001`, `run_0002`, … */
export function countingIds(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}_${String(++count).padStart(4, '0')}`;
}
