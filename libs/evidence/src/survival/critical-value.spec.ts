import { describe, expect, it } from '@jest/globals';
import { bridgeCriticalValue, scaledBridgeCriticalValue } from './critical-value.js';

describe('critical values', () => {
  // Kolmogorov's distribution: Smirnov, Annals of Mathematical Statistics 19 (1948) 279–281.
  it.each([
    [0.1, 1.2238],
    [0.05, 1.3581],
    [0.01, 1.6276],
  ])('of a whole bridge at %d are those of Kolmogorov', (alpha, value) => {
    expect(bridgeCriticalValue(alpha, 0, 1)).toBeCloseTo(value, 4);
  });

  // Klein and Moeschberger, Survival Analysis (2nd edition, 2003), section 4.4: tables C.3b and C.4b at 0.10 and 0.60.
  it('on a part are those of the tables', () => {
    expect(bridgeCriticalValue(0.05, 0.1, 0.6)).toBeCloseTo(1.3211, 4);
    expect(scaledBridgeCriticalValue(0.05, 0.1, 0.6)).toBeCloseTo(2.8826, 4);
  });

  it('grow with the part that is covered and with the confidence', () => {
    for (const critical of [bridgeCriticalValue, scaledBridgeCriticalValue]) {
      expect(critical(0.05, 0.1, 0.9)).toBeGreaterThan(critical(0.05, 0.2, 0.8));
      expect(critical(0.01, 0.1, 0.9)).toBeGreaterThan(critical(0.05, 0.1, 0.9));
    }
  });
});
