import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SCHEMA, someCalls, TOOLS } from './arbitrary-calls.fixture.js';
import type { WrittenCall } from './body.js';
import { type ReadText, readText } from './reading.fixture.js';
import { DIALECT_NAMES, dialectOf } from './table/index.js';

/** Calls of one to three a text, so that each dialect reads at least 2,500 of them. */
const TEXTS = 1_500;
const SEED = 20_261_126;

type Given = Pick<WrittenCall, 'name' | 'arguments'>[];

function write(name: string, given: Given): string {
  return dialectOf(name)?.write(given.map((call) => ({ id: '', ...call, schema: SCHEMA }))) ?? '';
}

/** Kimi's ids hold the name; what is around it is taken off where calls are judged. */
function namesOf(read: ReadText): ReadText['calls'] {
  return read.calls.map((call) => ({ ...call, name: call.name.replace(/^functions\.(.*):\d+$/u, '$1') }));
}

describe.each(DIALECT_NAMES)('%s', (name) => {
  it('reads the calls that it writes', () => {
    let count = 0;
    fc.assert(
      fc.property(someCalls, (given) => {
        const read = readText(name, write(name, given), { tools: TOOLS });
        count += given.length;
        expect({ calls: namesOf(read), content: read.content, rejected: read.rejected }).toEqual({
          calls: given,
          content: '',
          rejected: [],
        });
      }),
      { numRuns: TEXTS, seed: SEED },
    );
    expect(count).toBeGreaterThanOrEqual(2_500);
  });

  it('reads the same however the text is cut: in two anywhere, by characters, and in 200 random ways', () => {
    fc.assert(
      fc.property(
        someCalls,
        fc.array(fc.array(fc.nat(2_000), { maxLength: 12 }), { minLength: 200, maxLength: 200 }),
        (given, ways) => {
          const text = `Well.\n${write(name, given)}`;
          const whole = readText(name, text, { tools: TOOLS });
          for (let at = 1; at < text.length; at++)
            expect(readText(name, [text.slice(0, at), text.slice(at)], { tools: TOOLS })).toEqual(whole);
          expect(
            readText(
              name,
              Array.from({ length: text.length }, (_, at) => text.charAt(at)),
              { tools: TOOLS },
            ),
          ).toEqual(whole);
          for (const way of ways) expect(readText(name, cut(text, way), { tools: TOOLS })).toEqual(whole);
        },
      ),
      { numRuns: 4, seed: SEED },
    );
  });

  it('reads no call from a text that was cut off within it', () => {
    fc.assert(
      fc.property(someCalls, (given) => {
        const text = write(name, given);
        for (let end = 0; end < text.length; end++) {
          const read = readText(name, text.slice(0, end), { tools: TOOLS });
          expect(namesOf(read)).toEqual(given.slice(0, read.calls.length));
        }
      }),
      { numRuns: 15, seed: SEED },
    );
  });

  it('survives 2,000 mutations: throws nothing, and reads them the same however they are cut', () => {
    const mutation = fc.record({
      kind: fc.constantFrom('delete', 'repeat', 'insert', 'swap'),
      at: fc.nat(400),
      length: fc.nat(30),
    });
    fc.assert(
      fc.property(
        someCalls,
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(600), { maxLength: 8 }),
        (given, mutations, way) => {
          const text = mutations.reduce(mutate, `Well.\n${write(name, given)}\nDone.`);
          const whole = readText(name, text, { tools: TOOLS });
          expect(readText(name, cut(text, way), { tools: TOOLS })).toEqual(whole);
          expect(whole.content).not.toMatch(/<[|｜](?:tool|DSML|python|action|START|function)[^>]*>|\[TOOL_CALLS\]/u);
        },
      ),
      { numRuns: 2_000, seed: SEED },
    );
  });
});

function cut(text: string, places: readonly number[]): string[] {
  const edges = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((end, index) => text.slice(edges[index], end));
}

function mutate(text: string, { kind, at, length }: { kind: string; at: number; length: number }): string {
  const from = at % (text.length + 1);
  const piece = text.slice(from, from + length);
  const rest = text.slice(from + length);
  if (kind === 'delete') return text.slice(0, from) + rest;
  if (kind === 'repeat') return text.slice(0, from) + piece + piece + rest;
  if (kind === 'insert') return text.slice(0, from) + '"</>[]{}|`,:='.charAt(length % 13) + text.slice(from);
  return text.slice(0, from) + [...piece].reverse().join('') + rest;
}
