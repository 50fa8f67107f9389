import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import { DriftDetector } from './drift-detector.js';

function coin(random: () => number, share: number): number {
  return random() < share ? 1 : 0;
}

describe('DriftDetector', () => {
  it('gives a false alarm no oftener than it was told, on average', () => {
    const random = seededNumbers(21);
    let values = 0;
    for (let alarm = 0; alarm < 60; alarm++) {
      const detector = new DriftDetector({ reference: 0.9, side: 'below', falseAlarmEvery: 300 });
      while (!detector.add(coin(random, 0.9)) && detector.count < 5_000);
      values += detector.count;
    }
    expect(values / 60).toBeGreaterThanOrEqual(300);
  });

  it('finds a drop, and dates it near where it was', () => {
    const random = seededNumbers(22);
    const misses: number[] = [];
    for (let series = 0; series < 40; series++) {
      const detector = new DriftDetector({ reference: 0.9, side: 'below', falseAlarmEvery: 10_000 });
      let drift;
      for (let count = 0; !drift && count < 2_000; count++) drift = detector.add(coin(random, count < 500 ? 0.9 : 0.7));
      expect(drift).toBeDefined();
      if (drift) misses.push(Math.abs(drift.since - 500));
    }
    expect([...misses].sort((one, other) => one - other)[20]).toBeLessThan(40);
  });

  it('finds a rise where a rise is looked for, and says the same ever after', () => {
    const detector = new DriftDetector({ reference: 0.1, side: 'above' });
    let drift;
    for (let count = 0; count < 50; count++) drift = detector.add(1) ?? drift;
    expect(drift).toEqual({ at: expect.any(Number), since: 0 });
    expect(detector.add(0)).toEqual(drift);
  });

  it.each([{ reference: 2, side: 'below' } as const, { reference: 0.5, side: 'below', falseAlarmEvery: 1 } as const])(
    'refuses %j',
    (options) => {
      expect(() => new DriftDetector(options)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
    },
  );

  it('refuses a value that is no number', () => {
    const detector = new DriftDetector({ reference: 0.5, side: 'below' });
    expect(() => detector.add(Number.NaN)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
