import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SCHEMA, someCalls, TOOLS } from './arbitrary-calls.fixture.js';
import { type ReadText, readText } from './reading.fixture.js';
import { DIALECT_NAMES, dialectOf } from './table/index.js';

const SEED = 20_261_126;
/** Before a release, or after a change of the reader: SOAK=10 reads ten times as much. */
const SOAK = Number(process.env['SOAK'] ?? 1);
/** Of one to three calls each. The same for all dialects, so that they are made once. */
const TURNS = fc.sample(someCalls, { numRuns: 300 * SOAK, seed: SEED });
/** Those that are cut at every place: of two calls, so that a cut may fall between. */
const CUT_EVERYWHERE = TURNS.filter(({ length }) => length === 2).slice(0, SOAK);
const RANDOM_CUTS = 40 * SOAK;
const MUTATIONS = 400 * SOAK;

type Turn = (typeof TURNS)[number];

function write(name: string, turn: Turn): string {
  return dialectOf(name)?.write(turn.map((call) => ({ id: '', ...call, schema: SCHEMA }))) ?? '';
}

const read = (name: string, pieces: string | readonly string[]): ReadText => readText(name, pieces, { tools: TOOLS });

/** Kimi's ids hold the name; what is around it is taken off where calls are judged. */
function namesOf(calls: ReadText['calls']): ReadText['calls'] {
  return calls.map((call) => ({ ...call, name: call.name.replace(/^functions\.(.*):\d+$/u, '$1') }));
}

describe.each(DIALECT_NAMES)('%s', (name) => {
  it('reads the calls that it writes: 500 and more', () => {
    for (const turn of TURNS) {
      const { calls, content, rejected } = read(name, write(name, turn));
      same({ calls: namesOf(calls), content, rejected }, { calls: turn, content: '', rejected: [] });
    }
    expect(TURNS.flat().length).toBeGreaterThanOrEqual(500);
  });

  it('reads the same however the text is cut: in two anywhere, by characters, and in random ways', () => {
    const random = numbers(SEED);
    for (const turn of CUT_EVERYWHERE) {
      const text = `Well.\n${write(name, turn)}`;
      const whole = read(name, text);
      for (let at = 1; at < text.length; at++) same(read(name, [text.slice(0, at), text.slice(at)]), whole);
      same(read(name, text.split('')), whole);
      for (let way = 0; way < RANDOM_CUTS; way++) same(read(name, cutAnyhow(text, random)), whole);
    }
  });

  it('reads no call from a text that was cut off within it', () => {
    for (const turn of CUT_EVERYWHERE) {
      const text = write(name, turn);
      for (let end = 0; end < text.length; end++) {
        const calls = namesOf(read(name, text.slice(0, end)).calls);
        same(calls, turn.slice(0, calls.length));
      }
    }
  });

  it('reads hundreds of mutated texts: throws nothing, leaks no mark, and cuts do not matter', () => {
    const random = numbers(SEED);
    const marks = (dialectOf(name)?.forms ?? []).map(({ open }) => open).filter((open) => SPECIAL.test(open));
    for (let count = 0; count < MUTATIONS; count++) {
      const turn = TURNS[count % TURNS.length] ?? [];
      let text = `Well.\n${write(name, turn)}\nDone.`;
      for (let times = 1 + random(3); times > 0; times--) text = mutate(text, random);
      const whole = read(name, text);
      same(read(name, cutAnyhow(text, random)), whole);
      // What stands in code is shown as it is.
      const leaked = whole.content.includes('`') ? [] : marks.filter((mark) => whole.content.includes(mark));
      if (leaked.length > 0) expect({ text, content: whole.content }).toEqual({ text, content: 'no marks' });
    }
  });
});

const SPECIAL = /^(?:<[|｜]|\[[A-Z]|\]<)/u;

/** `toEqual`, but for the cost where all is well: these are compared a million times. */
function same(value: unknown, expected: unknown): void {
  if (JSON.stringify(value) !== JSON.stringify(expected)) expect(value).toEqual(expected);
}

/** Numbers from 0 to below a limit, the same for the same seed (a linear congruential generator, Numerical Recipes). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function cutAnyhow(text: string, random: (limit: number) => number): string[] {
  const places = Array.from({ length: 1 + random(12) }, () => random(text.length + 1)).sort((a, b) => a - b);
  return [...places, text.length].map((end, index) => text.slice(places[index - 1] ?? 0, end));
}

function mutate(text: string, random: (limit: number) => number): string {
  const from = random(text.length + 1);
  const piece = text.slice(from, from + 1 + random(30));
  const rest = text.slice(from + piece.length);
  switch (random(4)) {
    case 0:
      return text.slice(0, from) + rest;
    case 1:
      return text.slice(0, from) + piece + piece + rest;
    case 2:
      return text.slice(0, from) + '"</>[]{}|~,:='.charAt(random(13)) + text.slice(from);
    default:
      return text.slice(0, from) + piece.split('').reverse().join('') + rest;
  }
}
