import { describe, expect, it } from '@jest/globals';
import { isUsable } from './calibration-rule.js';

const labels = (right: [number, number], wrong: [number, number]) => ({
  right: { agreed: right[0], cases: right[1] },
  wrong: { agreed: wrong[0], cases: wrong[1] },
});

describe('a judge’s calibration', () => {
  it.each([
    ['a good judge, of enough labels', labels([45, 50], [40, 50]), true],
    ['just enough labels', labels([20, 20], [20, 20]), true],
    ['too few that were right', labels([19, 19], [500, 500]), false],
    ['too few that were wrong', labels([500, 500], [19, 19]), false],
    ['a coin', labels([25, 50], [25, 50]), false],
    ['a judge that passes everything', labels([50, 50], [0, 50]), false],
    ['perhaps a coin: 14 and 13 of 20', labels([14, 20], [13, 20]), false],
    ['no labels', labels([0, 0], [0, 0]), false],
  ])('of %s: usable %#', (_, given, usable) => {
    expect(isUsable(given)).toBe(usable);
  });
});
