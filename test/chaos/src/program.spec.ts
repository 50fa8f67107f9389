import { describe, expect, it } from '@jest/globals';
import { allCalls, FULL_SHAPE, makeScenario } from './program.js';
import { Random } from './random.js';

const scenarios = (seed: number, count: number) => {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => makeScenario(random, `${seed}-${index}`, FULL_SHAPE));
};

describe('random programs', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(scenarios(7, 50)).toEqual(scenarios(7, 50));
    expect(scenarios(7, 50)).not.toEqual(scenarios(8, 50));
  });

  it('have every kind of call, and are cancelled, steered and watched now and then', () => {
    const made = scenarios(1, 400);
    const kinds = new Set(made.flatMap(({ program }) => allCalls(program).map((call) => call.do)));
    expect([...kinds].sort()).toEqual(Object.keys(FULL_SHAPE.calls).sort());
    expect(made.some(({ cancelAfterMs }) => cancelAfterMs !== undefined)).toBe(true);
    expect(made.some(({ steerAfterMs }) => steerAfterMs !== undefined)).toBe(true);
    expect(made.some(({ watched }) => watched)).toBe(true);
  });

  it('name every step once', () => {
    const steps = scenarios(3, 200).flatMap(({ program }) => allCalls(program).map(({ step }) => step));
    expect(new Set(steps).size).toBe(steps.length);
  });
});
