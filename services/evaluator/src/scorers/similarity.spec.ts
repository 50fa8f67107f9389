import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { similarity } from './similarity.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

const verdict = (output: string, expected: string | string[], options = {}) =>
  judge(similarity, options, run({ output }), expected);

describe('similarity', () => {
  it('passes text that is close enough, and values how close it is', () => {
    expect(verdict('kitten', 'sitting')).toMatchObject({ value: 1 - 3 / 7, passed: false });
    expect(verdict('kitten', 'sitting', { threshold: 0.5 }).passed).toBe(true);
    expect(verdict('The  sky\nis blue ', 'The sky is blue')).toMatchObject({ value: 1, passed: true });
    expect(verdict('YES', 'yes', { ignore_case: true }).value).toBe(1);
    expect(verdict('e\u0301', '\u00e9').value).toBe(1);
  });

  it('says how like what it was', () => {
    expect(verdict('kitten', 'sitting').reason).toBe('57 % like "sitting", less than 80 %; got "kitten"');
  });

  it('takes the closest of several texts', () => {
    expect(verdict('blue', ['red', 'blu', 'green'], { threshold: 0.7 }).reason).toContain('like "blu"');
  });

  it('is symmetric, 1 for the same text only, and from 0 to 1, for any texts', () => {
    const text = fc.string({ minLength: 1 }).filter((value) => /^\S+$/.test(value));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const { value } = verdict(one, other);
        expect(value).toBe(verdict(other, one).value);
        expect(value >= 0 && value <= 1).toBe(true);
        expect(value === 1).toBe(one.normalize('NFC') === other.normalize('NFC'));
      }),
    );
  });

  it('bounds its work and says so', () => {
    expect(verdict('x'.repeat(200_000), 'y').reason).toContain('the first 20000 characters');
  });

  it('refuses what is no text and no threshold', () => {
    expect(problemsOf(similarity, {})).toEqual([expect.stringContaining('value: is missing')]);
    expect(problemsOf(similarity, {}, { a: 1 })).toEqual([expect.stringContaining('needs a text')]);
    expect(problemsOf(similarity, {}, ' ')).toHaveLength(1);
    expect(problemsOf(similarity, { value: [] })).not.toEqual([]);
    expect(problemsOf(similarity, { threshold: 0 }, 'x')).toHaveLength(1);
  });
});
