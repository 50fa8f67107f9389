import { describe, expect, it } from '@jest/globals';
import { regex } from './regex.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

describe('regex', () => {
  it('passes where the output matches, with the flags given', () => {
    expect(judge(regex, { pattern: '^\\d+ cats$' }, run({ output: '12 cats' })).passed).toBe(true);
    expect(judge(regex, { pattern: 'CATS', flags: 'i' }, run({ output: '12 cats' })).passed).toBe(true);
    expect(judge(regex, {}, run({ output: '12 cats' }), 'c.ts').passed).toBe(true);
    expect(judge(regex, { pattern: '^cats' }, run({ output: '12 cats' }))).toMatchObject({ value: 0, passed: false });
  });

  it('stops a runaway pattern and says so', () => {
    const verdict = judge(regex, { pattern: '^(a+)+$' }, run({ output: `${'a'.repeat(50)}!` }));
    expect(verdict).toMatchObject({ passed: false, reason: expect.stringContaining('was stopped') });
  });

  it('refuses a pattern that is none, is too long, or is missing', () => {
    expect(problemsOf(regex, { pattern: '(' })).toEqual([expect.stringContaining('is not a regular expression')]);
    expect(problemsOf(regex, { pattern: 'a'.repeat(1_001) })).toEqual([expect.stringContaining('at most 1000')]);
    expect(problemsOf(regex, {})).toHaveLength(1);
    expect(problemsOf(regex, { pattern: 'a', flags: 'g' })).toHaveLength(1);
  });
});
