import { describe, expect, it } from '@jest/globals';
import { thatFit } from './that-fit.js';

describe('what fits into one reply', () => {
  const sizes = [4, 1, 4, 1];
  const same = (size: number) => size;

  it('are the first items, up to the first that is too much', () => {
    expect(thatFit(sizes, same, 5)).toEqual([4, 1]);
    expect(thatFit(sizes, same, 8)).toEqual([4, 1]);
    expect(thatFit(sizes, same, 10)).toEqual(sizes);
  });

  it('always has the first', () => {
    expect(thatFit(sizes, same, 1)).toEqual([4]);
    expect(thatFit([], same, 1)).toEqual([]);
  });
});
