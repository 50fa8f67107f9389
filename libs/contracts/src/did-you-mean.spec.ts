import { describe, expect, it } from '@jest/globals';
import { didYouMean, nearestNames } from './did-you-mean.js';

const known = ['calculator', 'clock', 'file_list', 'file_read', 'file_write', 'http_fetch', 'instructions', 'tools'];

describe('nearest names', () => {
  it.each([
    ['calcualtor', 'calculator'],
    ['Calculater', 'calculator'],
    ['instuctions', 'instructions'],
    ['tool', 'tools'],
    ['fetch', 'http_fetch'],
    ['file_rad', 'file_read'],
  ])('for %s begin with %s', (written, meant) => expect(nearestNames(written, known)[0]).toBe(meant));

  it.each(['zebra', 'zzzzzzzzzzzz', ''])('are none for "%s", which is like nothing', (written) =>
    expect(nearestNames(written, known)).toEqual([]),
  );

  it('are asked for in a sentence', () => {
    expect(didYouMean('file_rad', known)).toMatch(/^ Did you mean "file_read"/);
    expect(didYouMean('file_xist', ['file_list', 'file_mist'])).toBe(' Did you mean "file_list" or "file_mist"?');
    expect(didYouMean('xyzzy-plugh', known)).toBe('');
  });
});
