import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import { CanaryGuard, type CanaryState } from './canary-guard.js';
import { CanaryTest } from './canary-test.js';

function rolledBackWithin(random: () => number, exposures: number, control: number, canary: number): boolean {
  const guard = new CanaryGuard();
  let state: CanaryState = 'watching';
  while (guard.exposures < exposures && state !== 'roll_back') {
    const drawn = random() < 0.1;
    state = guard.add({ canary: drawn, success: random() < (drawn ? canary : control), share: 0.1 });
  }
  return state === 'roll_back';
}

describe('CanaryTest', () => {
  it('has evidence of at most 1 on average where the arms are alike: every outcome and arm of four exposures', () => {
    const share = 0.25;
    for (const rate of [0.2, 0.6, 0.95]) {
      let sum = 0;
      for (let bits = 0; bits < 256; bits++) {
        // The most of a path is no e-value; its last is. A test of its own for each path, at a rate that never goes up.
        const test = new CanaryTest({ drops: [{ drop: 0.1, weight: 1 }] });
        let chance = 1;
        let log = 0;
        for (let step = 0; step < 4; step++) {
          const canary = ((bits >> (2 * step)) & 1) === 1;
          const success = ((bits >> (2 * step + 1)) & 1) === 1;
          chance *= (canary ? share : 1 - share) * (success ? rate : 1 - rate);
          test.add({ canary, success, share });
          log = test.lastLogEvidence;
        }
        sum += chance * Math.exp(log);
      }
      expect(sum).toBeCloseTo(1, 10);
    }
  });

  it('is not fooled by traffic that becomes harder while the share of the canary grows', () => {
    const random = seededNumbers(3);
    let refuted = 0;
    for (let series = 0; series < 300; series++) {
      const test = new CanaryTest();
      for (let count = 0; count < 2_000; count++) {
        const share = count < 1_000 ? 0.1 : 0.5;
        test.add({ canary: random() < share, success: random() < (count < 1_000 ? 0.95 : 0.6), share });
      }
      if (test.refutedAt(0.05)) refuted++;
    }
    expect(refuted / 300).toBeLessThanOrEqual(0.05);
  });

  it('has evidence of at most 1 on average for graded values of one mean, also where they spread otherwise', () => {
    const share = 0.25;
    // Both have a mean of 0.5: the canary 0 or 1, the control always 0.5.
    const outcomes = [
      { canary: true, success: 0, chance: share / 2 },
      { canary: true, success: 1, chance: share / 2 },
      { canary: false, success: 0.5, chance: 1 - share },
    ];
    let sum = 0;
    for (const first of outcomes)
      for (const second of outcomes)
        for (const third of outcomes) {
          const test = new CanaryTest();
          for (const { canary, success } of [first, second, third]) test.add({ canary, success, share });
          sum += first.chance * second.chance * third.chance * Math.exp(test.lastLogEvidence);
        }
    expect(sum).toBeCloseTo(1, 10);
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses %d as what came of an exposure', (success) => {
    const exposure = { canary: true, success, share: 0.5 };
    expect(() => new CanaryTest().add(exposure)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });

  it.each([0, 1, Number.NaN])('refuses a share of %d', (share) => {
    const exposure = { canary: true, success: true, share };
    expect(() => new CanaryTest().add(exposure)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});

describe('CanaryGuard', () => {
  it('rolls a ten-point regression back within 300 exposures, and a canary that is as good hardly ever', () => {
    const random = seededNumbers(5);
    const share = (canary: number) => {
      let count = 0;
      for (let series = 0; series < 200; series++) if (rolledBackWithin(random, 300, 0.9, canary)) count++;
      return count / 200;
    };
    expect(share(0.8)).toBeGreaterThanOrEqual(0.95);
    expect(share(0.9)).toBeLessThanOrEqual(0.05);
  });

  it('does not blame a canary for traffic that becomes harder while its share grows', () => {
    const random = seededNumbers(8);
    let rolledBack = 0;
    for (let series = 0; series < 200; series++) {
      const guard = new CanaryGuard();
      for (let count = 0; guard.exposures < 300; count++) {
        const share = count < 1_500 ? 0.1 : 0.5;
        guard.add({ canary: random() < share, success: random() < (count < 1_500 ? 0.95 : 0.6), share });
      }
      if (guard.state === 'roll_back') rolledBack++;
    }
    expect(rolledBack / 200).toBeLessThanOrEqual(0.05);
  });

  it('rolls a disaster back in tens of exposures', () => {
    const random = seededNumbers(6);
    const guard = new CanaryGuard();
    while (guard.state === 'watching') {
      const canary = random() < 0.1;
      guard.add({ canary, success: random() < (canary ? 0.4 : 0.9), share: 0.1 });
    }
    expect(guard.state).toBe('roll_back');
    expect(guard.exposures).toBeLessThan(40);
  });

  it('stays with a decision to roll back, whatever comes after', () => {
    const guard = new CanaryGuard();
    for (let count = 0; count < 200; count++)
      guard.add({ canary: count % 2 === 0, success: count % 2 === 1, share: 0.5 });
    for (let count = 0; count < 500; count++) guard.add({ canary: true, success: true, share: 0.5 });
    expect(guard.state).toBe('roll_back');
  });

  it('takes the planned look once, and goes on to watch after it', () => {
    const guard = new CanaryGuard({ plannedAt: 20 });
    for (let count = 0; count < 200; count++) guard.add({ canary: count % 4 === 0, success: true, share: 0.25 });
    expect(guard.state).toBe('held');
    expect(guard.evidence.planned).toBe(1);
    for (let count = 0; count < 400; count++)
      guard.add({ canary: count % 4 === 0, success: count % 4 !== 0, share: 0.25 });
    expect(guard.state).toBe('roll_back');
  });

  it.each([{ alpha: 0 }, { plannedAt: 0.5 }, { plannedPart: 1 }, { drops: [] }])('refuses %j', (options) => {
    expect(() => new CanaryGuard(options)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
