import { describe, expect, it } from '@jest/globals';
import { toNewScore } from './new-score.js';

describe('toNewScore', () => {
  it.each([
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [-1, 0],
    [7, 1],
    [0.5, 0.5],
  ])('keeps the value %d as %d', (value, kept) => {
    expect(toNewScore('s', { value, passed: false, reason: '' }).value).toBe(kept);
  });

  it('keeps a reason that can be stored and read', () => {
    const { reason } = toNewScore('s', { value: 1, passed: true, reason: `a\u0000b\n\ud800${'x'.repeat(2_000)}` });
    expect(reason.startsWith('a b \ufffdx')).toBe(true);
    expect(reason).toHaveLength(1_000);
    expect(reason.endsWith('…')).toBe(true);
  });
});
