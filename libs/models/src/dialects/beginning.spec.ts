import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Beginning, beginningOf } from './beginning.js';
import { DialectReader } from './dialect-reader.js';
import { DIALECT_NAMES, dialectOf } from './table/index.js';

/** How every body of every dialect begins, without repetitions. */
const PATTERNS = [
  ...new Map(
    DIALECT_NAMES.flatMap((name) => dialectOf(name)?.forms ?? [])
      .flatMap(({ bodies }) => bodies)
      .map(({ starts }) => [starts.source, starts] as const),
  ).values(),
];

/** What bodies begin with, whole and in pieces. */
const FRAGMENTS = [
  ...[
    '<function=',
    '<invoke',
    '<invoke name="f">',
    '<arg_key>',
    '</arg_key>',
    '<arg_value>',
    '<tool_sep>',
    '</tool_call>',
  ],
  ...[
    '{',
    '[',
    ']',
    '(',
    '{"name": "f"',
    '"tool_calls":',
    'call:f{',
    ':call:',
    'f',
    'functions.f:0',
    'all\n',
    'f.call(',
    ' ',
    '\n',
  ],
  ...[
    '<｜tool▁sep｜>',
    '[ARGS]',
    '[CALL_ID]',
    '<|tool_call_argument_begin|>',
    ']<]minimax[>[',
    '𝒻',
    '\ud835',
    '\udcbb',
    '_',
  ],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 3 })), { maxLength: 6 })
  .map((pieces) => pieces.join(''));

describe('the beginning of a body', () => {
  it.each(PATTERNS.map((pattern) => [pattern.source, pattern] as const))(
    'is told early only as it will be told at last: %s',
    (_source, pattern) => {
      const beginning = beginningOf(pattern);
      fc.assert(
        fc.property(text, fc.nat(40), (whole, cut) => {
          const early = beginning.test(whole.slice(0, cut), false);
          if (early !== undefined) expect(early).toBe(pattern.test(whole));
          expect(beginning.test(whole, true)).toBe(pattern.test(whole));
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it('is told with the character that decides', () => {
    const told = (pattern: RegExp, whole: string): [number, boolean] | undefined => {
      for (let length = 0; length <= whole.length; length++) {
        const verdict = beginningOf(pattern).test(whole.slice(0, length), false);
        if (verdict !== undefined) return [length, verdict];
      }
      return undefined;
    };
    expect(told(/^\s*(?:\{|\[\s*\{)/u, '\n {"a": 1}')).toEqual([3, true]);
    expect(told(/^\s*(?:\{|\[\s*\{)/u, '\n [ 1]')).toEqual([5, false]);
    expect(told(/^\s*<invoke\b/u, '<invoke name')).toEqual([8, true]);
    expect(told(/^\s*<invoke\b/u, '<invoker')).toEqual([8, false]);
    expect(told(/^\s*<invoke\b/u, '<invoke')).toBeUndefined();
    expect(told(/^(?!all\n)\w+\n\{/u, 'all\n{')).toEqual([4, false]);
    expect(told(/^(?!all\n)\w+\n\{/u, 'fall\n{')).toEqual([6, true]);
    expect(told(/^f+$/u, 'ffff')).toBeUndefined();
    expect(told(/^f+$/u, 'ff!')).toEqual([3, false]);
  });

  it('refuses a pattern whose notation it does not know', () => {
    for (const pattern of [/^a{2}/u, /^(a)/u, /^(?<=a)b/u, /^(?<n>a)\k<n>/u, /^a*?b/u])
      expect(() => new Beginning(pattern)).toThrow('notation that is not known');
  });
});

describe('a call', () => {
  it.each([
    ['hermes', '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'],
    ['auto', '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'],
    ['auto', '<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value></tool_call>'],
    ['auto', '<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n</function>\n</tool_call>'],
    ['auto', '<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": 1}<|tool_call_end|>'],
    ['auto', '<｜tool▁call▁begin｜>f<｜tool▁sep｜>{"a":1}<｜tool▁call▁end｜>'],
    [
      'auto',
      '<minimax:tool_call>\n<invoke name="f">\n<parameter name="a">1</parameter>\n</invoke>\n</minimax:tool_call>',
    ],
  ])('of %s is told with its last character, however short it is: %s', (name, call) => {
    const dialect = dialectOf(name);
    if (dialect === undefined) throw new Error(name);
    const reader = new DialectReader({ dialect, schemaOf: () => ({}) });
    const before = [...call.slice(0, -1)].flatMap((piece) => reader.push(piece));
    expect(before).toEqual([]);
    expect(reader.push(call.slice(-1))).toMatchObject([{ type: 'call', call: { name: expect.stringContaining('f') } }]);
  });
});
