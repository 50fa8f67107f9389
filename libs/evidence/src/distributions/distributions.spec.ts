import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { betaCdf, betaQuantile } from './beta.js';
import { binomialCdf, exactShareInterval } from './binomial.js';
import { hypergeometricSumUpperTail } from './hypergeometric-sum.js';
import { logGamma } from './log-gamma.js';
import { normalCdf, normalQuantile } from './normal.js';
import { studentTCdf, studentTQuantile } from './student-t.js';

/** All values: R's pnorm, qnorm, pbeta, qbeta, pt, qt, pbinom, phyper, lgamma and binom.test, printed to 16 digits. */
function expectRelative(actual: number, expected: number): void {
  expect(Math.abs(actual - expected) / Math.max(1e-300, Math.abs(expected))).toBeLessThan(1e-10);
}

describe('the distributions agree with R to 1e-10, also far out', () => {
  it.each([
    [-20, 2.753624118606234e-89],
    [-8, 6.220960574271785e-16],
    [-2.5, 6.209665325776135e-3],
    [-0.3, 3.820885778110473e-1],
    [1.2, 8.849303297782918e-1],
    [3, 9.986501019683699e-1],
  ])('normal below %d', (z, share) => expectRelative(normalCdf(z), share));

  it.each([
    [1e-300, -37.0470962993612],
    [1e-10, -6.3613409024040557],
    [0.025, -1.9599639845400538],
    [0.3, -0.5244005127080407],
    [0.975, 1.9599639845400536],
    [0.999, 3.0902323061678132],
  ])('normal quantile of %d', (share, z) => expectRelative(normalQuantile(share), z));

  it.each([
    [0.3, 1500, 3500, 0.5016416007603006],
    [0.01, 2, 1000, 0.9995251162784828],
    [0.5, 0.5, 0.5, 0.5],
    [0.999, 200, 0.3, 0.3427043876939544],
    [1e-5, 0.1, 3, 0.3652424056728785],
    [0.2, 50, 50, 1.328619963186045e-11],
  ])('beta below %d of %d and %d', (x, a, b, share) => expectRelative(betaCdf(x, a, b), share));

  it.each([
    [1e-6, 2, 300, 4.708416938615188e-6],
    [0.975, 82, 182, 0.3676219226013514],
    [0.025, 81, 183, 0.2527367455852711],
  ])('beta quantile of %d', (share, a, b, x) => expectRelative(betaQuantile(share, a, b), x));

  it.each([
    [-10, 5, 8.547378787148179e-5],
    [2, 1, 0.8524163823495667],
    [-1.5, 17.7765, 7.558286337405426e-2],
    [0.3, 1e6, 0.6179113910105027],
  ])('t below %d at %d degrees', (t, freedom, share) => expectRelative(studentTCdf(t, freedom), share));

  it.each([
    [0.975, 1, 12.7062047361746941],
    [0.975, 9, 2.2621571627982049],
    [0.9999, 2, 70.7000710749681787],
    [0.6, 56, 0.2545540647364209],
    [0.975, 56, 2.0032407188478722],
    [1e-8, 3, -479.5250695797386697],
  ])('t quantile of %d at %d degrees', (share, freedom, t) => expectRelative(studentTQuantile(share, freedom), t));

  it.each([
    [3, 10, 0.5, 0.171875],
    [700, 1000, 0.75, 1.935903219490794e-4],
    [0, 300, 0.01, 0.0490408940712858607],
  ])('binomial up to %d of %d at %d', (successes, trials, share, chance) =>
    expectRelative(binomialCdf(successes, trials, share), chance),
  );

  it('hypergeometric tails, of canaries and of the lady tasting tea', () => {
    expectRelative(hypergeometricSumUpperTail(90, [{ drawn: 300, marked: 630, total: 3000 }]), 0.000066766339557067);
    expectRelative(hypergeometricSumUpperTail(3, [{ drawn: 4, marked: 4, total: 8 }]), 17 / 70);
  });

  it.each([
    [0.001, 6.907178885383853],
    [0.5, 0.5723649429247001],
    [3.3, 0.9870985778947344],
    [14.9, 24.92413200221728],
    [15.1, 25.45899975099266],
    [1e5, 1.051287708973657e6],
  ])('ln Γ(%d)', (x, value) => expectRelative(logGamma(x), value));

  it('sums over urns, as all ways counted by hand', () => {
    // Two urns of one marked and one other, one drawn of each: 1/4, 1/2, 1/4.
    const urn = { drawn: 1, marked: 1, total: 2 };
    expectRelative(hypergeometricSumUpperTail(1, [urn, urn]), 0.75);
    expectRelative(hypergeometricSumUpperTail(2, [urn, urn]), 0.25);
    expect(hypergeometricSumUpperTail(3, [urn, urn])).toBe(0);
  });

  it('the exact interval of 81 of 263', () => {
    const { low, high } = exactShareInterval(81, 263);
    expectRelative(low, 0.2527367455852712);
    expectRelative(high, 0.3676219226013514);
  });
});

describe('the distributions', () => {
  it('have quantiles that lead back to where they came from', () => {
    const share = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
    // Below 1 a beta's density has no bound at its ends, and doubles near 1 stand too far apart to lead back.
    const shape = fc.double({ min: 1, max: 5_000, noNaN: true });
    fc.assert(
      fc.property(share, shape, shape, (p, a, b) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
        expect(studentTCdf(studentTQuantile(p, a), a)).toBeCloseTo(p, 9);
        expect(betaCdf(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 9);
      }),
    );
  });

  it.each([
    ['a share above 1', () => normalQuantile(1.1)],
    ['a share that is no number', () => studentTQuantile(Number.NaN, 3)],
    ['no degrees of freedom', () => studentTQuantile(0.5, 0)],
    ['a negative shape', () => betaCdf(0.5, -1, 2)],
    ['more successes than trials', () => exactShareInterval(3, 2)],
    ['more marked than there are', () => hypergeometricSumUpperTail(1, [{ drawn: 2, marked: 9, total: 5 }])],
  ])('refuse %s', (_, compute) => {
    expect(compute).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
