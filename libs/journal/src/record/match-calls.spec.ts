import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import fc from 'fast-check';
import { payloadOfRecord, readAnswerRecord, type RecordedAnswer } from './answer-record.js';
import { nearestCall } from './divergence.js';
import { argumentsKey, matchCalls } from './match-calls.js';

const args = fc.record({ a: fc.constantFrom(1, 2), b: fc.constantFrom('x', 'y') }, { requiredKeys: [] });
const tool = fc.constantFrom('get', 'put');
const answers: fc.Arbitrary<RecordedAnswer[]> = fc.array(
  fc
    .record({ tool, given: fc.option(args, { nil: undefined }), repeatable: fc.boolean() })
    .map(({ tool: name, given, repeatable }) => ({
      tool: name,
      ...(given ? { arguments: given } : {}),
      ...(repeatable ? { repeatable: true as const } : {}),
      result: { status: 'ok' },
    })),
  { maxLength: 12 },
);
const calls = fc.array(
  fc.record({ tool, arguments: args }).map((call) => ({ ...call, key: argumentsKey(call.arguments) })),
  { maxLength: 16 },
);

const fits = (answer: RecordedAnswer, call: { tool: string; arguments: JsonObject }): boolean =>
  answer.tool === call.tool &&
  (answer.arguments === undefined || argumentsKey(answer.arguments) === argumentsKey(call.arguments));

describe('recorded answers', () => {
  it('are each given once, in order, to the first call that they fit; repeatable ones to any', () => {
    fc.assert(
      fc.property(answers, calls, (recorded, asked) => {
        const left = recorded.map((answer, place) => ({ answer, place }));
        const expected = asked.map((call) => {
          const at = left.findIndex(({ answer }) => fits(answer, call));
          const found = left[at];
          if (found && found.answer.repeatable !== true) left.splice(at, 1);
          return found?.place;
        });
        expect(matchCalls(recorded, asked)).toEqual(expected);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('are what earlier calls got whatever is called after them: whoever looks again finds the same', () => {
    fc.assert(
      fc.property(answers, calls, fc.nat(16), (recorded, asked, until) => {
        const whole = matchCalls(recorded, asked);
        expect(matchCalls(structuredClone(recorded), asked.slice(0, until))).toEqual(whole.slice(0, until));
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  it('fit arguments of any order of members and any spelling of a number', () => {
    const written = JSON.parse('{"n": 1.0, "o": {"b": [1e1], "a": null}}') as JsonObject;
    expect(argumentsKey(written)).toBe(argumentsKey({ o: { a: null, b: [10] }, n: 1 }));
    expect(argumentsKey({ n: '1' })).not.toBe(argumentsKey({ n: 1 }));
    expect(argumentsKey({ list: [1, 2] })).not.toBe(argumentsKey({ list: [2, 1] }));
  });

  it('are read as they were stored, and anything else is refused', () => {
    fc.assert(
      fc.property(answers, (recorded) => {
        const { text } = payloadOfRecord({ answers: recorded, context: [] });
        expect(readAnswerRecord(JSON.parse(text))).toEqual({ answers: recorded, context: [] });
      }),
    );
    for (const strange of [null, [], {}, { answers: [1], context: [] }, { answers: [], context: ['x'] }])
      expect(() => readAnswerRecord(strange)).toThrow(expect.objectContaining({ code: 'journal.payload_invalid' }));
  });
});

describe('the nearest recorded call', () => {
  const recorded: RecordedAnswer[] = [
    { tool: 'send', arguments: { to: 'ann', lines: ['a', 'b'] }, result: {}, turn: 1 },
    { tool: 'send', arguments: { to: 'bob', lines: ['a'] }, result: {}, turn: 2 },
  ];

  it('is the one with the fewest differences, each at its place', () => {
    const found = nearestCall(recorded, new Set(), {
      tool: 'send',
      arguments: { to: 'ann', lines: ['a', 'c'], cc: 1 },
    });
    expect(found?.answer.turn).toBe(1);
    expect(found?.differences).toEqual([
      { path: 'cc', called: '1' },
      { path: 'lines[1]', recorded: '"b"', called: '"c"' },
    ]);
  });

  it('is the same call where its answer was given already, and none of another tool', () => {
    const same = { tool: 'send', arguments: { to: 'bob', lines: ['a'] } };
    expect(nearestCall(recorded, new Set([1]), same)).toMatchObject({ used: true, differences: [] });
    expect(nearestCall(recorded, new Set(), { tool: 'other', arguments: {} })).toBeUndefined();
  });
});
