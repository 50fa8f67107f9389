import { describe, expect, it } from '@jest/globals';
import { exact } from './exact.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

const says = (output: string) => run({ output });

describe('exact', () => {
  it('passes equal text, whatever the white space around it', () => {
    expect(judge(exact, {}, says(' 42\n'), '42')).toEqual({ value: 1, passed: true, reason: 'equal' });
  });

  it('fails other text and says what was expected and what came', () => {
    expect(judge(exact, {}, says('43'), '42')).toEqual({ value: 0, passed: false, reason: 'expected "42", got "43"' });
  });

  it('regards case unless told not to', () => {
    expect(judge(exact, {}, says('Yes'), 'yes').passed).toBe(false);
    expect(judge(exact, { ignore_case: true }, says('Yes'), 'yes').passed).toBe(true);
  });

  it('compares JSON by value, also where the output is its text', () => {
    const wanted = { a: 1, b: [true] };
    expect(judge(exact, {}, run({ output: { b: [true], a: 1 } }), wanted).passed).toBe(true);
    expect(judge(exact, {}, says('```json\n{"b":[true],"a":1}\n```'), wanted).passed).toBe(true);
    expect(judge(exact, {}, says('{"a":1}'), wanted).passed).toBe(false);
    expect(judge(exact, {}, says('4'), 4).passed).toBe(true);
  });

  it('prefers its own value, and needs one or the case’s', () => {
    expect(judge(exact, { value: 'x' }, says('x'), 'y').passed).toBe(true);
    expect(judge(exact, { value: null }, run({ output: null }), 'y').passed).toBe(true);
    expect(judge(exact, { value: null }, says('y'), 'y').passed).toBe(false);
    expect(problemsOf(exact, {})).toEqual([expect.stringContaining('value: is missing')]);
    expect(problemsOf(exact, { ignorecase: true }, 'x')).toEqual([
      'ignorecase: unknown key; known are type, name, value, ignore_case',
    ]);
  });
});
