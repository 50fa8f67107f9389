import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { number } from './number.js';
import { readNumber } from './read-number.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

const says = (output: string) => run({ output });

describe('number', () => {
  it('finds the number in text and compares it within the tolerance', () => {
    expect(judge(number, {}, says('17% of 2340 is 397.8.'), 397.8)).toMatchObject({ value: 1, passed: true });
    expect(judge(number, { absolute: 0.5 }, says('about 398'), 397.8).passed).toBe(true);
    expect(judge(number, { relative: 0.01 }, says('about 400'), 397.8).passed).toBe(true);
    expect(judge(number, { relative: 0.001 }, says('about 400'), 397.8)).toEqual({
      value: 0,
      passed: false,
      reason: 'expected 397.8 ± 0.1 %, got 400, which is 2.2 more',
    });
  });

  it('is not led astray by how fractions are stored', () => {
    expect(judge(number, { absolute: 0.1 }, says('1.1'), 1).passed).toBe(true);
    expect(judge(number, {}, says(String(0.1 + 0.2)), 0.3).passed).toBe(true);
  });

  it('takes the number that was meant of several', () => {
    const text = says('from 3 to 5');
    expect(judge(number, { which: 'first' }, text, 3).passed).toBe(true);
    expect(judge(number, { which: 'last' }, text, 5).passed).toBe(true);
    expect(judge(number, { which: 'only' }, text, 5).reason).toContain('holds 2 numbers (3, 5)');
  });

  it('reads a part of JSON, also where that is text', () => {
    const output = { lines: [{ total: '1,250.50 EUR' }], count: 2 };
    expect(judge(number, { path: 'count' }, run({ output }), 2).passed).toBe(true);
    expect(judge(number, { path: 'lines[0].total' }, says(JSON.stringify(output)), 1250.5).passed).toBe(true);
    expect(judge(number, { path: 'lines[1].total' }, run({ output }), 1).reason).toContain('neither a number nor text');
    expect(judge(number, { path: 'count' }, says('two'), 2).passed).toBe(false);
  });

  it('says where there is no number', () => {
    expect(judge(number, {}, says('none, v2 at best'), 2).reason).toContain('the output holds no number');
    expect(judge(number, {}, run({ output: null }), 2).passed).toBe(false);
  });

  it.each([
    ['1,234.5 EUR', 1234.5],
    ['−7 °C', -7],
    ['$-4.50', -4.5],
    ['1e3', 1000],
    ['2024-05-06', 6],
    ['5-3', 3],
    ['12,34', 34],
    ['.5', 0.5],
  ])('reads the last number of %j as %d', (text, value) => {
    expect(readNumber(text, 'last')).toEqual({ number: value });
  });

  it('reads again any number that was written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(`It is ${value} today.`, 'only')).toEqual({ number: value });
      }),
    );
  });

  it('refuses what is no number, no tolerance and no path', () => {
    expect(problemsOf(number, {})).toEqual([expect.stringContaining('value: is missing')]);
    expect(problemsOf(number, {}, 'many')).toEqual([expect.stringContaining('which holds no number')]);
    expect(problemsOf(number, {}, '3 or 4')).toEqual([expect.stringContaining('holds 2 numbers')]);
    expect(problemsOf(number, { absolute: -1 }, 3)).toHaveLength(1);
    expect(problemsOf(number, { relative: '1%' }, 3)).toHaveLength(1);
    expect(problemsOf(number, { which: 'best' }, 3)).toHaveLength(1);
    expect(problemsOf(number, { path: 'a..b' }, 3)).toEqual([expect.stringContaining('a path reads like')]);
  });
});
