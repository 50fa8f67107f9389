import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import fc from 'fast-check';
import { fields } from './fields.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

const wanted = { id: 7, name: 'Ada Lovelace', total: 100, tags: ['a', 'b'], when: '2024' };
const verdict = (output: JsonValue, options: JsonObject = {}, expected: JsonValue = wanted) =>
  judge(fields, options, run({ output }), expected);

describe('fields', () => {
  it('passes where every field is as expected, in JSON or its text, whatever else is there', () => {
    expect(verdict(wanted)).toEqual({ value: 1, passed: true, reason: '6 fields as expected' });
    expect(verdict(JSON.stringify({ ...wanted, more: 1 })).passed).toBe(true);
    expect(verdict({ ...wanted, more: 1 }, { extra: 'refuse' }).reason).toContain('more: nothing was expected, got 1');
  });

  it('values the share of fields that are right, and names those that are not', () => {
    const { name: _, ...rest } = wanted;
    expect(verdict({ ...rest, id: 8, tags: ['a', 'c', 'd'] })).toEqual({
      value: 3 / 7,
      passed: false,
      reason:
        '4 of 7 fields differ: id: expected 7, got 8; name: expected "Ada Lovelace", got nothing; ' +
        'tags[1]: expected "b", got "c"; tags[2]: nothing was expected, got "d"',
    });
  });

  it('compares each field by its rule, and weighs it', () => {
    const options = {
      fields: [
        { path: 'total', rule: 'number', relative: 0.05, weight: 6 },
        { path: 'name', rule: 'contains', value: 'LOVELACE', ignore_case: true },
        { path: 'when', rule: 'ignore' },
        { path: 'tags' },
      ],
    };
    expect(verdict({ ...wanted, total: 104, when: 'today' }, options).passed).toBe(true);
    expect(verdict({ ...wanted, total: '$96', tags: ['b', 'a'] }, options)).toMatchObject({ value: 8 / 9 });
    expect(verdict({ ...wanted, total: 106 }, options)).toEqual({
      value: 3 / 9,
      passed: false,
      reason: '1 of 4 fields differ: total: expected 100 ± 5 %, got 106',
    });
  });

  it('passes from its threshold on', () => {
    expect(verdict({ ...wanted, id: 8 }, { threshold: 0.8 })).toMatchObject({ value: 5 / 6, passed: true });
    expect(verdict({ ...wanted, id: 8 }, { threshold: 0.9 }).passed).toBe(false);
  });

  it('takes the values of its fields where the case expects nothing', () => {
    const options = { fields: [{ path: 'a.b', value: 1 }] };
    expect(judge(fields, options, run({ output: { a: { b: 1 } } })).passed).toBe(true);
    expect(judge(fields, options, run({ output: { a: 1 } })).passed).toBe(false);
    const nothing = { fields: [{ path: 'a', value: null }] };
    expect(judge(fields, nothing, run({ output: { a: null } }), { a: 1 }).passed).toBe(true);
  });

  it('fails what is not JSON', () => {
    expect(verdict('nothing').reason).toBe('is not JSON: "nothing"');
  });

  it('gives from 0 to 1, and 1 for what is expected, for any JSON', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(json, json, (one, other) => {
        const [left, right] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other))] as JsonValue[];
        if (left === undefined || right === undefined) return;
        const whole = { value: left, extra: 'refuse' };
        expect(judge(fields, whole, run({ output: JSON.stringify(left) })).value).toBe(1);
        const { value, passed } = judge(fields, whole, run({ output: JSON.stringify(right) }));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value === 1).toBe(passed);
      }),
    );
  });

  it('refuses fields that cannot be compared', () => {
    const refused = (field: JsonObject, expected?: JsonValue) => problemsOf(fields, { fields: [field] }, expected);
    expect(problemsOf(fields, {})).toEqual([expect.stringContaining('value: is missing')]);
    expect(refused({ path: 'a..' }, wanted)).toEqual([expect.stringContaining('fields[0].path: is "a.."')]);
    expect(refused({ path: 'nope' }, wanted)).toEqual([expect.stringContaining('where nothing is expected')]);
    expect(refused({ path: 'name', rule: 'number' }, wanted)).toEqual([expect.stringContaining('there is none')]);
    expect(refused({ path: 'total', absolute: 1 }, wanted)).toEqual([expect.stringContaining('must be number')]);
    expect(refused({ path: 'a', rule: 'ignore' }, { a: 1 })).toEqual([expect.stringContaining('nothing to compare')]);
    expect(refused({ path: 'total', weight: 0 }, wanted)).toHaveLength(1);
    expect(refused({ path: 'total', rule: 'near' }, wanted)).toHaveLength(1);
    expect(problemsOf(fields, { threshold: 2 }, wanted)).toHaveLength(1);
    expect(problemsOf(fields, { fields: [{ path: 'tags' }, { path: 'tags[0]' }] }, wanted)).toEqual([
      expect.stringContaining('an earlier one of these fields has a rule'),
    ]);
  });
});
