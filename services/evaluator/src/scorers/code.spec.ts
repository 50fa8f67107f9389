import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { code, tool } from './code.js';
import { problemsOf, run } from './scorer.fixture.js';
import type { ScorerKind } from './scorer.js';

function bound(kind: ScorerKind, options: JsonObject) {
  const binding = kind.bind(options, 'tea');
  if (!binding.ok || binding.scorer.by !== 'tool') throw new Error('expected a scorer that calls a tool');
  return binding.scorer;
}

const judged = run({ input: 'q', output: { a: 1 }, toolCalls: [{ tool: 'search', arguments: { q: 'x' } }] });
const shown = {
  input: 'q',
  output: { a: 1 },
  expected: 'tea',
  tool_calls: [{ tool: 'search', arguments: { q: 'x' } }],
};

describe('tool and code', () => {
  it('show the tool, and the code in the sandbox, the run and what was expected', () => {
    expect(bound(tool, { tool: 'checks_style' }).arguments(judged)).toEqual(shown);
    const scorer = bound(code, { code: 'input.output.a' });
    expect(scorer.tool).toBe('run_javascript');
    expect(scorer.arguments(judged)).toEqual({ code: 'input.output.a', input: shown });
  });

  it.each([
    ['{"score": 0.75, "reason": "nearly"}', { value: 0.75, passed: false, reason: 'nearly' }],
    ['1', { value: 1, passed: true, reason: 'scored 1' }],
    ['true', { value: 1, passed: true }],
    ['{"score": false}', { value: 0, passed: false }],
  ])('read %s as a score', (text, verdict) => {
    expect(bound(tool, { tool: 't' }).read(text)).toMatchObject(verdict);
    expect(bound(code, { code: 'x' }).read(text)).toMatchObject(verdict);
    expect(bound(code, { code: 'x' }).read(`Console:\nhello\n\nResult:\n${text}`)).toMatchObject(verdict);
  });

  it('pass from their threshold on', () => {
    expect(bound(tool, { tool: 't', threshold: 0.5 }).read('0.5').passed).toBe(true);
  });

  it.each(['7', '-1', 'null', '"good"', 'good', '(no value)', '{"score": "0.5"}', '[1]', '{}'])(
    'take %s for no score, and not for a bad one',
    (text) => {
      expect(bound(code, { code: 'x' }).read(text)).toMatchObject({
        passed: false,
        errorCode: 'scorer.nonsense',
        reason: expect.stringContaining('gave no score from 0 to 1'),
      });
    },
  );

  it('refuse options that are none', () => {
    expect(problemsOf(tool, {})).toEqual(['tool: is missing']);
    expect(problemsOf(tool, { tool: '' })).toHaveLength(1);
    expect(problemsOf(code, {})).toEqual(['code: is missing']);
    expect(problemsOf(code, { code: 'x'.repeat(100_001) })).toHaveLength(1);
    expect(problemsOf(code, { code: '1', threshold: 0 })).toHaveLength(1);
  });
});
