import { describe, expect, it } from '@jest/globals';
import { beliefOf } from './candidate.js';
import { easeOf } from './ease.js';
import { candidate, learnt } from './routing.fixture.js';
import { startRouting } from './state.js';

/** A state after so many runs each. */
const after = (...told: [backend: string, taskClass: string, quality: number, times: number][]) =>
  learnt({}, ...told.map(([backend, taskClass, quality, times]) => ({ backend, taskClass, quality, times })));

describe('a class that is harder than others', () => {
  const state = after(['a', 'prose', 0.9, 100], ['a', 'proofs', 0.3, 100], ['b', 'prose', 0.8, 40]);

  it('for one backend is expected to be harder for the others, and easier ones easier', () => {
    expect(easeOf(state, 'proofs', 'b')).toBeLessThan(-0.2);
    expect(easeOf(state, 'prose', 'b')).toBeGreaterThan(0.2);
    const [here, there] = ['proofs', 'prose'].map((name) => beliefOf(state, name, candidate('b')).quality.mean);
    expect(here).toBeLessThan((there ?? 0) - 0.2);
  });

  it('is so by what the others showed, and not by what the backend did itself', () => {
    expect(easeOf(state, 'proofs', 'a')).toBe(0);
    expect(easeOf(state, 'prose', 'a')).toBe(0);
  });

  it('counts for little while few runs say so, and for nothing where there are none', () => {
    const few = after(['a', 'prose', 0.9, 100], ['a', 'proofs', 0.3, 1]);
    expect(Math.abs(easeOf(few, 'proofs', 'b'))).toBeLessThan(0.06);
    expect(easeOf(state, 'verse', 'b')).toBe(0);
    expect(easeOf(startRouting(), 'proofs', 'b')).toBe(0);
  });

  it('leaves what is believed between 0 and 1', () => {
    const extreme = after(
      ...([
        ['a', 'easy', 1, 300],
        ['a', 'hard', 0, 300],
        ['b', 'easy', 1, 300],
        ['c', 'hard', 0, 300],
      ] satisfies [string, string, number, number][]),
    );
    for (const backend of ['b', 'c'])
      for (const taskClass of ['easy', 'hard']) {
        const { mean, deviation } = beliefOf(extreme, taskClass, candidate(backend)).quality;
        expect(mean).toBeGreaterThanOrEqual(0);
        expect(mean).toBeLessThanOrEqual(1);
        expect(deviation).toBeGreaterThanOrEqual(0);
      }
  });
});

describe('what is believed of a backend', () => {
  it('is less sure where it has few runs of any class', () => {
    const deviation = (runs: number) =>
      beliefOf(after(['a', 'prose', 0.6, runs]), 'proofs', candidate('a')).quality.deviation;
    expect(deviation(3)).toBeGreaterThan(1.2 * deviation(300));
  });
});
