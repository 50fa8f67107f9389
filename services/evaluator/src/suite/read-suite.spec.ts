import { describe, expect, it } from '@jest/globals';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import fc from 'fast-check';
import { readSuite, type SuiteSettings } from './read-suite.js';
import { bindScorers } from './resolve-scorers.js';

const minimal = { suite: 's', agent: 'a', scorers: ['exact'], cases: [{ id: 'one', input: 'x', expected: 'y' }] };

function problemsOf(suite: JsonObject, settings: SuiteSettings = {}): string[] {
  try {
    readSuite(suite, settings);
  } catch (error) {
    if (!(error instanceof SwitchyardError) || error.code !== 'suite.invalid') throw error;
    const problems = error.details['problems'] as { path: string; reason: string }[];
    return problems.map(({ path, reason }) => `${path}: ${reason}`);
  }
  return [];
}

describe('readSuite', () => {
  it('brings a suite into its normal form', () => {
    const suite = readSuite({
      ...minimal,
      scorers: ['exact', { type: 'latency', max_ms: 5 }],
      cases: [
        {
          id: 'one',
          input: { q: 1 },
          expected: 'y',
          scorers: [{ type: 'latency', max_ms: 9 }],
          metadata: { n: 1 },
          tags: ['t'],
        },
      ],
    });
    expect(suite).toEqual({
      name: 's',
      version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      agent: 'a',
      backend: '',
      repeats: 1,
      cases: [
        {
          id: 'one',
          input: { q: 1 },
          expected: 'y',
          scorers: [
            { type: 'exact', name: 'exact' },
            { type: 'latency', name: 'latency', max_ms: 9 },
          ],
          tags: ['t'],
          metadata: { n: '1' },
        },
      ],
    });
    expect(suite.cases.flatMap(bindScorers).map(({ name }) => name)).toEqual(['exact', 'latency']);
  });

  it('lets the request set the backend and the repeats', () => {
    expect(readSuite({ ...minimal, backend: 'b', repeats: 3 }, { backend: 'c', repeats: 5 })).toMatchObject({
      backend: 'c',
      repeats: 5,
    });
    expect(readSuite({ ...minimal, backend: 'b', repeats: 3 }, { repeats: 0 })).toMatchObject({
      backend: 'b',
      repeats: 3,
    });
  });

  it.each([
    ['no cases', { ...minimal, cases: [] }, /^cases: is \[\]; it needs 1 item or more$/],
    ['no agent', { suite: 's', cases: minimal.cases, scorers: ['exact'] }, /^agent: is missing$/],
    ['an unknown key', { ...minimal, scorer: [] }, /^scorer: unknown key; known are suite, /],
    ['a case without input', { ...minimal, cases: [{ id: 'x', expected: 'y' }] }, /^cases\[0\]\.input: is missing$/],
    [
      'a case id with control characters',
      { ...minimal, cases: [{ id: 'x\u0000', input: 'x', expected: 'y' }] },
      /^cases\[0\]\.id: /,
    ],
    [
      'an unknown scorer',
      { ...minimal, scorers: ['exactly'] },
      /^scorers\[0\]\.type: there is no scorer "exactly"; there are exact, contains/,
    ],
    [
      'options that a scorer does not take',
      { ...minimal, scorers: [{ type: 'latency' }] },
      /^scorers\[0\]\.max_ms: is missing \(for cases\[0\]\)$/,
    ],
    [
      'nothing to compare with',
      { ...minimal, cases: [{ id: 'x', input: 'x' }] },
      /^scorers\[0\]\.value: is missing, .* \(for cases\[0\]\)$/,
    ],
    [
      'a case whose own scorer is wrong',
      { ...minimal, cases: [{ ...minimal.cases[0], scorers: [{ type: 'regex', pattern: '(' }] }] },
      /^cases\[0\]\.scorers\[0\]\.pattern: is not a regular/,
    ],
    ['no scorer at all', { ...minimal, scorers: [] }, /^cases\[0\]\.scorers: there is no scorer/],
    [
      'two scorers of one name',
      { ...minimal, scorers: ['exact', 'exact'] },
      /^scorers\[1\]: there is another scorer called "exact"/,
    ],
    ['too many runs', { ...minimal, repeats: 1_001 }, /^repeats: /],
    ['a scorer that is none', { ...minimal, scorers: [5] }, /^scorers\[0\]: is 5; it has none of the forms/],
    [
      'a case that asks nothing',
      { ...minimal, cases: [{ id: 'x', input: null }] },
      /^cases\[0\]\.input: is null; that may not/,
    ],
    [
      'a weight of nothing',
      { ...minimal, cases: [{ ...minimal.cases[0], weight: 0 }] },
      /^cases\[0\]\.weight: is 0; it must be more than 0$/,
    ],
    [
      'a mark that is none',
      { ...minimal, cases: [{ ...minimal.cases[0], critical: 'yes' }] },
      /^cases\[0\]\.critical: /,
    ],
    [
      'a cluster without a name',
      { ...minimal, cases: [{ ...minimal.cases[0], cluster: '' }] },
      /^cases\[0\]\.cluster: /,
    ],
    ['no repeats', { ...minimal, repeats: 0 }, /^repeats: is 0; it must be 1 or more$/],
    ['a name that is no text', { ...minimal, suite: 5 }, /^suite: is 5; it must be string$/],
  ])('refuses %s, with path and reason', (_, suite, problem) => {
    const problems = problemsOf(suite);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('names both of two cases with one id', () => {
    const one = { id: 'one', input: 'x', expected: 'y' };
    expect(problemsOf({ ...minimal, cases: [one, { ...one, id: 'two' }, one] })).toEqual([
      'cases[2].id: is "one", as cases[0].id is; ids must differ',
    ]);
  });

  it('refuses inputs that no task could carry', () => {
    expect(problemsOf(minimal, { maxInputBytes: 2 })).toEqual(['cases[0].input: has 3 bytes; a task may have 2']);
  });

  it('bounds what it says about a suite that is wrong everywhere', () => {
    const cases = Array.from({ length: 500 }, (_, n) => ({ id: `c${n}`, input: 'x' }));
    const named = cases.map((item) => ({ ...item, scorers: ['nope'] }));
    expect(problemsOf({ ...minimal, cases: named })).toHaveLength(100);
    expect(problemsOf({ ...minimal, cases })).toEqual([
      expect.stringMatching(/^scorers\[0\]\.value: .* \(for cases\[0\]\)$/),
    ]);
  });

  it('either accepts or says suite.invalid, for any JSON object', () => {
    const part = fc.oneof(fc.constantFrom('exact', 'regex', 'nope'), fc.jsonValue({ maxDepth: 3 }));
    const suite = fc.record(
      {
        suite: part,
        agent: part,
        scorers: fc.oneof(part, fc.array(part)),
        cases: fc.oneof(part, fc.array(fc.record({ id: part, input: part, expected: part }))),
      },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(suite, (written) => void problemsOf(written as JsonObject)));
  });
});
