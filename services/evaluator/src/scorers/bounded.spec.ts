import { describe, expect, it } from '@jest/globals';
import { bounded } from './bounded.js';

describe('bounded', () => {
  it('gives what a quick computation gives', () => {
    expect(bounded(() => 'abc'.length)).toEqual({ done: true, result: 3 });
  });

  it.each([
    ['a runaway pattern', () => /^(a+)+$/.test(`${'a'.repeat(40)}!`)],
    ['an endless loop', () => endless()],
  ])('stops %s', (_, compute) => {
    expect(bounded<unknown>(compute)).toEqual({ done: false });
    expect(bounded(() => 1)).toEqual({ done: true, result: 1 });
  });

  it('lets an error through', () => {
    expect(() => bounded(() => JSON.parse('{'))).toThrow(SyntaxError);
  });
});

function endless(): number {
  for (let n = 0; ; n += 1) if (n < 0) return n;
}
