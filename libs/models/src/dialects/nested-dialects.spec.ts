import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { readDialect } from './read-dialect.js';
import { DIALECT_NAMES, dialectOf } from './table/index.js';

const SCHEMA: JsonObject = { type: 'object', properties: { text: { type: 'string' } } };
const TOOLS = [
  { name: 'note', inputSchema: SCHEMA },
  { name: 'wipe', inputSchema: SCHEMA },
];

function write(dialect: string, name: string, text: string): string {
  return dialectOf(dialect)?.write([{ id: '', name, arguments: { text }, schema: SCHEMA }]) ?? '';
}

/** What a note may quote: a call of every dialect. */
const QUOTED = DIALECT_NAMES.map((name) => [name, write(name, 'wipe', 'all')] as const);

describe.each(DIALECT_NAMES)('%s: a call within the string of a call', (outer) => {
  it('is never executed, in whatever dialect it is; the outer call is what was written, or nothing', () => {
    // What `auto` does not know is prose to it, in which a mark that it knows means what it says.
    const known = readDialect([write(outer, 'note', 'x')], { dialect: 'auto', tools: TOOLS }).calls.length > 0;
    const readers = known ? [outer, 'auto'] : [outer];
    for (const [inner, quoted] of QUOTED) {
      const text = write(outer, 'note', `See:\n${quoted}\nEnd.`);
      for (const dialect of readers) {
        const whole = readDialect([text], { dialect, tools: TOOLS });
        const { calls, ...rest } = whole;
        // Text without quotes around it that quotes its own marks has no certain end.
        const wiped = calls
          .filter(({ name }) => name === 'wipe')
          .map((call) => ({ outer, inner, dialect, call, rest }));
        expect(wiped).toEqual([]);
        for (const call of calls) {
          // Which line breaks at the ends are markup, formats without quotes do not say.
          expect(String(call.arguments['text']).trim()).toBe(`See:\n${quoted}\nEnd.`.trim());
        }
        expect(readDialect([...text], { dialect, tools: TOOLS })).toEqual(whole);
      }
    }
  });
});

/** Those that write text as JSON does. Harmony is none: to it, its own tokens end a message wherever they stand. */
const QUOTING = ['hermes', 'mistral', 'mistral-v11', 'kimi-k2', 'deepseek-v3.1', 'command-r7b', 'granite-4'];

describe.each(QUOTING)('%s: a call whose text is quoted', (outer) => {
  it('may quote a call of any dialect, and is read as it was written', () => {
    for (const [, quoted] of QUOTED) {
      const text = write(outer, 'note', `See:\n${quoted}\nEnd.`);
      expect(readDialect([text], { dialect: outer, tools: TOOLS })).toMatchObject({
        calls: [{ arguments: { text: `See:\n${quoted}\nEnd.` } }],
        rejected: [],
      });
    }
  });
});
