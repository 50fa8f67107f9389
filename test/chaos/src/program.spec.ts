import { describe, expect, it } from '@jest/globals';
import { allCalls } from './program.js';
import { Random } from './random.js';
import { FULL_SHAPE, makeScenarios, POLICIES, without, type Shape } from './scenario.js';

const scenarios = (seed: number, count: number, shape: Shape = FULL_SHAPE) => {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => makeScenarios(random, `${seed}-${index}`, shape)).flat();
};

describe('random programs', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(scenarios(7, 50)).toEqual(scenarios(7, 50));
    expect(scenarios(7, 50)).not.toEqual(scenarios(8, 50));
  });

  it('have every kind of call, and are cancelled, steered, limited, forked and watched now and then', () => {
    const made = scenarios(1, 400);
    const kinds = new Set(made.flatMap(({ program }) => allCalls(program).map((call) => call.do)));
    expect([...kinds].sort()).toEqual(Object.keys(FULL_SHAPE.calls).sort());
    expect(made.some(({ cancelAfterMs }) => cancelAfterMs !== undefined)).toBe(true);
    expect(made.some(({ steerAfterMs }) => steerAfterMs !== undefined)).toBe(true);
    expect(made.some(({ watched }) => watched)).toBe(true);
    expect(made.some(({ tokens }) => tokens !== undefined)).toBe(true);
    expect(made.some(({ forkAt }) => forkAt !== undefined)).toBe(true);
    expect(new Set(made.flatMap(({ message }) => (message ? [message.policy] : [])))).toEqual(new Set(POLICIES));
  });

  it('leave out what an earlier build does not know', () => {
    const made = scenarios(1, 400, without(FULL_SHAPE, ['child', 'threads', 'forked', 'scheduled']));
    expect(made.flatMap(({ program }) => allCalls(program)).some((call) => call.do === 'child')).toBe(false);
    expect(made.some(({ message, forkAt }) => message !== undefined || forkAt !== undefined)).toBe(false);
    expect(made.some(({ tokens }) => tokens !== undefined)).toBe(true);
    expect(() => without(FULL_SHAPE, ['dreams'])).toThrow('There is no "dreams"');
  });

  it('name every step once', () => {
    const steps = scenarios(3, 200).flatMap(({ program }) => allCalls(program).map(({ step }) => step));
    expect(new Set(steps).size).toBe(steps.length);
  });
});
