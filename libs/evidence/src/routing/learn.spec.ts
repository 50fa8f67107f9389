import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededNumbers } from '@switchyard/testing';
import { faded, NOTHING, withValue } from './average.js';
import { beliefOf } from './candidate.js';
import { NO_CHANGE, watch } from './change-detector.js';
import { decide } from './decide.js';
import { learn } from './learn.js';
import { candidate, learnt } from './routing.fixture.js';
import { startRouting, type RoutingState } from './state.js';

const passes = (random: () => number, share: number) => (random() < share ? 1 : 0);

describe('an average that forgets', () => {
  it('lies among what was observed, and stands for no more than its memory', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), (values, memory) => {
        const average = values.reduce((sum, value, i) => withValue(sum, value, i + 1, memory), NOTHING);
        expect(average.mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(average.mean).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
        // Σ e^(−k/m) = 1 / (1 − e^(−1/m)), which is less than m + 1.
        expect(average.weight).toBeLessThan(memory + 1);
      }),
    );
  });

  it('keeps its mean while nothing comes, and counts a third after as many rounds as its memory', () => {
    const average = { weight: 10, mean: 0.4, at: 100 };
    expect(faded(average, 150, 50)).toEqual({ weight: 10 / Math.E, mean: 0.4, at: 150 });
    expect(faded(average, 90, 50)).toEqual(average);
  });
});

describe('a change', () => {
  it.each([
    [0.9, 0.5, 'down', 60],
    [0.7, 0.5, 'down', 300],
    [0.4, 0.8, 'up', 60],
  ] as const)('of passes from %d to %d is noticed as %s within %d runs', (before, after, direction, within) => {
    const random = seededNumbers(5);
    let state = startRouting();
    const one = (share: number) => {
      state = learn(state, { backend: 'a', taskClass: 'letters', quality: passes(random, share) });
    };
    for (let run = 0; run < 500; run += 1) one(before);
    expect(state.changes).toEqual([]);
    for (let run = 0; run < within; run += 1) one(after);
    expect(state.changes).toEqual([expect.objectContaining({ backend: 'a', direction })]);
    // From then on what was before counts no more.
    const { quality } = beliefOf(state, 'letters', candidate('a'));
    expect(Math.abs(quality.mean - after)).toBeLessThan(0.15);
  });

  it('is not noticed where there is none: no alarm in 100,000 runs', () => {
    const random = seededNumbers(6);
    let detector = NO_CHANGE;
    let alarms = 0;
    for (let run = 0; run < 100_000; run += 1) {
      const told = watch(detector, passes(random, 0.7) - 0.7);
      detector = told.detector;
      if (told.change) alarms += 1;
    }
    expect(alarms).toBe(0);
  });

  it('of one class leaves the others as they were; of all classes is one of the backend', () => {
    const random = seededNumbers(7);
    let state = startRouting();
    const one = (taskClass: string, share: number) => {
      state = learn(state, { backend: 'a', taskClass, quality: passes(random, share) });
    };
    for (let run = 0; run < 1_000; run += 1) one(`class-${run % 8}`, 0.9);
    for (let run = 0; run < 800; run += 1) one(`class-${run % 8}`, run % 8 === 0 ? 0.1 : 0.9);
    expect(state.changes).toEqual([expect.objectContaining({ taskClass: 'class-0', direction: 'down' })]);
    expect(beliefOf(state, 'class-1', candidate('a')).quality.mean).toBeGreaterThan(0.8);
    for (let run = 0; run < 100; run += 1) one(`class-${1 + (run % 7)}`, 0.3);
    const latest = state.changes.at(-1);
    expect(latest).toMatchObject({ backend: 'a', direction: 'down' });
    expect(latest).not.toHaveProperty('taskClass');
    expect(beliefOf(state, 'class-1', candidate('a')).quality.mean).toBeLessThan(0.65);
  });
});

describe('learning', () => {
  it('counts a failed run as of quality 0, and one without a score for its cost only', () => {
    const state = learnt(
      {},
      { backend: 'a', failed: true, cost: 2, times: 1 },
      { backend: 'a', failed: false, cost: 4, times: 1 },
    );
    const { quality, cost, failureRate } = beliefOf(state, 'letters', candidate('a'));
    expect(quality.mean).toBeLessThan(0.5);
    expect(quality.runs).toBeLessThan(1.01);
    expect(cost).toBeCloseTo(3, 1);
    expect(failureRate).toBeCloseTo(0.5, 1);
  });

  it('does not count a task again whose score comes late', () => {
    const state = learnt(
      {},
      { backend: 'a', cost: 2, explored: true, times: 1 },
      { backend: 'a', quality: 1, explored: true, late: true, times: 1 },
    );
    expect(state).toMatchObject({ all: { rounds: 1 }, explored: 1, pacing: { tasks: 1, spent: 2 } });
    expect(beliefOf(state, 'letters', candidate('a')).quality.mean).toBeGreaterThan(0.5);
  });

  it.each(['constructor', '__proto__', 'toString', ''])(
    'keeps a class and a backend of the name "%s" as any other',
    (name) => {
      const backend = name || 'a';
      let state = startRouting();
      for (let run = 0; run < 3; run += 1) {
        state = JSON.parse(
          JSON.stringify(learn(state, { backend, taskClass: name, quality: 1, cost: 2 })),
        ) as RoutingState;
        const { quality, cost } = beliefOf(state, name, candidate(backend));
        expect(quality.runs).toBeCloseTo(run + 1, 1);
        expect(cost).toBeCloseTo(2, 10);
      }
      expect(beliefOf(startRouting(), name, candidate(backend)).quality).toMatchObject({ mean: 0.5, runs: 0 });
    },
  );

  it('keeps to 500 classes, and lets go of those of which nothing was learnt for longest', () => {
    let state = startRouting();
    for (let i = 0; i < 600; i += 1) {
      state = learn(state, { backend: 'a', taskClass: `class-${i}`, quality: 1 });
      state = learn(state, { backend: 'a', taskClass: 'daily', quality: 1 });
    }
    const names = Object.keys(state.classes);
    expect(names).toHaveLength(500);
    expect(names).toEqual(expect.arrayContaining(['daily', 'class-599', 'class-101']));
    expect(names).not.toContain('class-100');
  });

  it('changes nothing in the state that it is given', () => {
    const state = learnt({ budget: { perTask: 1 } }, { backend: 'a', quality: 1, cost: 1, times: 30 });
    const before = JSON.stringify(state);
    learn(state, { backend: 'a', taskClass: 'letters', quality: 0, cost: 5 });
    expect(JSON.stringify(state)).toBe(before);
  });

  it('goes by what a backend costs now, not by its prices, once it has run', () => {
    const dear = candidate('a', { estimatedCost: 0.1 });
    const state = learnt({}, { backend: 'a', cost: 3, times: 200 });
    expect(beliefOf(startRouting(), 'letters', dear).cost).toBe(0.1);
    expect(beliefOf(state, 'letters', dear).cost).toBeGreaterThan(2.5);
  });

  it.each([
    ['a quality above 1', { quality: 1.5 }, /quality of 1.5/],
    ['a quality that is no number', { quality: NaN }, /quality of NaN/],
    ['a negative cost', { cost: -1 }, /cost of -1/],
    ['a latency without end', { latencyMs: Infinity }, /latencyMs of Infinity/],
    ['no backend', { backend: '' }, /no backend/],
  ])('refuses %s', (_, wrong, message) => {
    const outcome = { backend: 'a', taskClass: 'x', ...wrong };
    expect(() => learn(startRouting(), outcome)).toThrow(expect.objectContaining({ code: 'routing.invalid' }));
    expect(() => learn(startRouting(), outcome)).toThrow(message);
  });

  it.each([
    [{ memory: 0 }, /memory of 0/],
    [{ exploration: 1 }, /exploration of 1/],
    [{ borrowed: 0 }, /borrow 0/],
    [{ budget: { perTask: 0 } }, /budget of 0/],
    [{ budget: { perTask: 1, burst: -1 } }, /burst of -1/],
  ])('refuses settings of %j', (settings, message) => {
    expect(() => startRouting(settings)).toThrow(message);
  });
});

describe('limits hold at every moment, whatever is drawn and answered', () => {
  it('no more than the stated share is taken to learn', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0, 0.02, 0.1, 0.3), (seed, exploration) => {
        const random = seededNumbers(seed);
        let state = startRouting({ exploration });
        let explored = 0;
        for (let round = 1; round <= 200; round += 1) {
          const request = {
            policy: { kind: 'best-quality' } as const,
            taskClass: 'x',
            candidates: ['a', 'b', 'c'].map((name) => candidate(name)),
          };
          const { backend, explanation } = decide(state, request, random);
          if (explanation.explored) explored += 1;
          expect(explored).toBeLessThanOrEqual(exploration * round);
          state = learn(state, { backend, taskClass: 'x', quality: random(), explored: explanation.explored });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('no more is spent than the budget, where costs are as foreseen and one backend costs no more than it', () => {
    const costs = fc.record({
      a: fc.double({ min: 0.01, max: 1, noNaN: true }),
      b: fc.double({ min: 0.01, max: 80, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.integer(), costs, (seed, costs) => {
        const random = seededNumbers(seed);
        let state = startRouting({ budget: { perTask: 1 } });
        const candidates = [candidate('a', { estimatedCost: costs.a }), candidate('b', { estimatedCost: costs.b })];
        for (let round = 1; round <= 200; round += 1) {
          const { backend } = decide(state, { policy: { kind: 'best-quality' }, taskClass: 'x', candidates }, random);
          const isA = backend === 'a';
          state = learn(state, {
            backend,
            taskClass: 'x',
            quality: passes(random, isA ? 0.4 : 0.9),
            cost: isA ? costs.a : costs.b,
          });
          expect(state.pacing.spent).toBeLessThanOrEqual(round + 1e-6);
        }
      }),
      { numRuns: 30 },
    );
  });
});
