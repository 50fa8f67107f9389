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

/** Numbers from 0 up to 1 that follow from a seed: Mulberry32, public domain, Tommy Ettinger 2017. Not for secrets. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
