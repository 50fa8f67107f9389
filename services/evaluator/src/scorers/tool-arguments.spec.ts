import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { judge, problemsOf, run } from './scorer.fixture.js';
import { toolArguments } from './tool-arguments.js';

const calls = run({
  toolCalls: [
    { tool: 'search', arguments: { q: 'tea' } },
    { tool: 'search', arguments: { q: '' } },
    { tool: 'pay', arguments: { amount: 5 } },
  ],
});
const schema = { type: 'object', properties: { q: { type: 'string', minLength: 1 } }, required: ['q'] };
const verdict = (options: JsonObject) => judge(toolArguments, options, calls);

describe('tool_arguments', () => {
  it('checks the arguments of every call to a tool', () => {
    expect(verdict({ tools: [{ tool: 'search', schema: { type: 'object' } }] })).toMatchObject({
      value: 1,
      passed: true,
    });
    expect(verdict({ tools: [{ tool: 'search', schema }] })).toEqual({
      value: 0.5,
      passed: false,
      reason: 'call 2: search, q is ""; it needs 1 character or more',
    });
  });

  it('knows tools that must not be called, and names the call', () => {
    expect(verdict({ never: ['delete'] }).passed).toBe(true);
    expect(verdict({ never: ['pay', 'delete'] })).toEqual({
      value: 0.5,
      passed: false,
      reason: 'call 3: pay must not be called',
    });
  });

  it.each([
    [{ min: 2, max: 2 }, ''],
    [{ min: 3 }, 'search was called 2 times, at least 3 expected'],
    [{ max: 1 }, 'search was called 2 times, at most 1 allowed'],
    [{ max: 0 }, 'search was called 2 times, at most 0 allowed'],
  ])('counts the calls: %j', (bounds, reason) => {
    const found = verdict({ tools: [{ tool: 'search', ...bounds }] });
    expect(found.passed).toBe(reason === '');
    if (reason !== '') expect(found.reason).toBe(reason);
  });

  it('says of a tool that was never called that it was to be', () => {
    expect(verdict({ tools: [{ tool: 'ask', min: 1, schema }] }).reason).toBe(
      'ask was called 0 times, at least 1 expected',
    );
    expect(verdict({ tools: [{ tool: 'ask', schema }] }).passed).toBe(true);
  });

  it('stops a runaway pattern in a schema', () => {
    const slow = { type: 'object', properties: { q: { type: 'string', pattern: '^(a+)+$' } } };
    const made = run({ toolCalls: [{ tool: 'search', arguments: { q: `${'a'.repeat(50)}!` } }] });
    const found = judge(toolArguments, { tools: [{ tool: 'search', schema: slow }] }, made);
    expect(found.reason).toContain('was stopped');
  });

  it('refuses rules that ask nothing, contradict each other, or are none', () => {
    const refused = (options: JsonObject) => problemsOf(toolArguments, options);
    expect(refused({})).toEqual([expect.stringContaining('give one of them')]);
    expect(refused({ tools: [{ tool: 'a' }] })).toEqual([expect.stringContaining('asks nothing')]);
    expect(refused({ tools: [{ tool: 'a', min: 2, max: 1 }] })).toEqual([expect.stringContaining('less than min')]);
    expect(refused({ tools: [{ tool: 'a', min: 1 }], never: ['a'] })).toEqual([expect.stringContaining('forbids')]);
    const twice = [
      { tool: 'a', min: 1 },
      { tool: 'a', max: 2 },
    ];
    expect(refused({ tools: twice })).toEqual([expect.stringContaining('tools[1].tool: is "a", for which an earlier')]);
    expect(refused({ tools: [{ tool: 'a', schema: { type: 'strng' } }] })).toEqual([
      expect.stringContaining('tools[0].schema: cannot be used'),
    ]);
    expect(refused({ tools: [{ tool: 'a', min: -1 }] })).toHaveLength(1);
    expect(refused({ never: 'a' })).toHaveLength(1);
  });
});
