import { describe, expect, it } from '@jest/globals';
import { thatFit } from './reply-size.js';

describe('thatFit', () => {
  const rows = ['aaaa', 'b', 'cccc', 'd'].map((text) => ({ text }));

  it('takes the first rows and stops at the first that is too much', () => {
    expect(thatFit(rows, 5).map(({ text }) => text)).toEqual(['aaaa', 'b']);
  });

  it('counts bytes and not characters', () => {
    expect(thatFit([{ text: 'é' }, { text: 'é' }], 3)).toHaveLength(1);
  });

  it('never withholds the first row', () => {
    expect(thatFit(rows, 1)).toHaveLength(1);
    expect(thatFit([], 1)).toEqual([]);
  });
});
