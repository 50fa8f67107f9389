import { describe, expect, it } from '@jest/globals';
import { bounded } from './bounded.js';

const late = (cause: unknown) => new Error('too late', { cause });

describe('bounded', () => {
  it('gives what a quick computation gives', () => {
    expect(bounded(60_000, () => 'abc'.length, late)).toBe(3);
  });

  // Unbounded, neither has an end that anybody would see.
  it.each([
    ['a runaway pattern', () => /^(a+)+$/.test(`${'a'.repeat(40)}!`)],
    ['an endless loop', () => endless()],
  ])('stops %s, and works as before after it', (_, compute) => {
    expect(() => bounded<unknown>(50, compute, late)).toThrow('too late');
    expect(bounded(60_000, () => 1, late)).toBe(1);
  });

  it('lets an error through', () => {
    expect(() => bounded(60_000, () => JSON.parse('{'), late)).toThrow(SyntaxError);
  });
});

function endless(): number {
  for (let n = 0; ; n += 1) if (n < 0) return n;
}
