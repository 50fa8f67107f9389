import { describe, expect, it } from '@jest/globals';
import { contains } from './contains.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

const output = run({ output: '17% of 2340 is 397.8.' });

describe('contains', () => {
  it('passes where the expected text or number is in the output', () => {
    expect(judge(contains, {}, output, '397.8').passed).toBe(true);
    expect(judge(contains, {}, output, 397.8).passed).toBe(true);
    expect(judge(contains, { value: '17% OF', ignore_case: true }, output).passed).toBe(true);
    expect(judge(contains, {}, run({ output: { answer: 'tea' } }), 'tea').passed).toBe(true);
  });

  it('values a list by the share that was found, and names what was not', () => {
    const verdict = judge(contains, { value: ['2340', '397.8', 'tea', 'coffee'] }, output);
    expect(verdict).toMatchObject({ value: 0.5, passed: false });
    expect(verdict.reason).toContain('does not contain "tea", "coffee"');
  });

  it('refuses what cannot be looked for', () => {
    expect(problemsOf(contains, {})).toHaveLength(1);
    expect(problemsOf(contains, {}, '')).toHaveLength(1);
    expect(problemsOf(contains, {}, { a: 1 })).toHaveLength(1);
    expect(problemsOf(contains, { value: [] })).not.toEqual([]);
    expect(problemsOf(contains, {}, ['a', 2])).toEqual([]);
  });
});
