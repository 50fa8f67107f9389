import fc from 'fast-check';
import type { CanonicalMessage, Part } from '../messages/message.js';

const id = fc.constantFrom('a', 'b', 'c', 'd');
const text = fc.oneof(
  fc.constant(''),
  fc.string({ maxLength: 40 }),
  fc.nat(300).map((words) => 'some words '.repeat(words)),
);
const textPart: fc.Arbitrary<Part> = text.map((value) => ({ type: 'text', text: value }));
const image: fc.Arbitrary<Part> = fc.constant({ type: 'image', mediaType: 'image/png', data: 'iVBO' });
const call: fc.Arbitrary<Part> = fc.record({ id, text }).map(({ id: callId, text: value }) => ({
  type: 'tool_call',
  id: callId,
  name: 'read',
  arguments: { path: value },
}));
const result: fc.Arbitrary<Part> = fc
  .record({ id, text, isError: fc.boolean() })
  .map(({ id: callId, text: value, isError }) => ({
    type: 'tool_result',
    callId,
    name: 'read',
    parts: [{ type: 'text', text: value }],
    isError,
  }));
const reasoning: fc.Arbitrary<Part> = text.map((value) => ({ type: 'reasoning', text: value, signer: 'anthropic' }));
const some = (...parts: fc.Arbitrary<Part>[]): fc.Arbitrary<Part[]> => fc.array(fc.oneof(...parts), { maxLength: 3 });

/** Any history in the canonical form, in any order: foreign, repeated and missing ids, results before their calls. */
export const anyHistory: fc.Arbitrary<CanonicalMessage[]> = fc.array(
  fc.oneof(
    some(textPart).map((parts): CanonicalMessage => ({ role: 'system', parts })),
    some(textPart, image).map((parts): CanonicalMessage => ({ role: 'user', parts })),
    some(textPart, call, reasoning).map((parts): CanonicalMessage => ({ role: 'assistant', parts })),
    some(result).map((parts): CanonicalMessage => ({ role: 'tool', parts })),
  ),
  { maxLength: 40 },
);

/** A round of an agent: calls of which each has its result, in any order, with whatever a user said meanwhile. */
const round = fc.record({
  calls: fc.integer({ min: 1, max: 3 }),
  words: fc.nat(200),
  said: fc.option(text, { nil: undefined }),
  reversed: fc.boolean(),
});

/** Histories in which every call has its result and every result its call. */
export const orderlyHistory: fc.Arbitrary<CanonicalMessage[]> = fc.array(round, { maxLength: 25 }).map((rounds) =>
  rounds.flatMap(({ calls, words, said, reversed }, index): CanonicalMessage[] => {
    const ids = Array.from({ length: calls }, (_, position) => `${index}-${position}`);
    const asked = ids.map((callId): Part => ({ type: 'tool_call', id: callId, name: 'read', arguments: {} }));
    const answered = ids.map((callId): CanonicalMessage => {
      const parts: [Part & { type: 'text' }] = [{ type: 'text', text: 'word '.repeat(words) }];
      return { role: 'tool', parts: [{ type: 'tool_result', callId, name: 'read', parts, isError: false }] };
    });
    return [
      ...(index % 3 === 0
        ? [{ role: 'user' as const, parts: [{ type: 'text' as const, text: `Question ${index}` }] }]
        : []),
      { role: 'assistant', parts: asked },
      ...(said === undefined ? [] : [{ role: 'user' as const, parts: [{ type: 'text' as const, text: said }] }]),
      ...(reversed ? answered.toReversed() : answered),
    ];
  }),
);
