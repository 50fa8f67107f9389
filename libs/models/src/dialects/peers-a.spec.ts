import { describe, expect, it } from '@jest/globals';
import { PEER_TOOLS, type PeerCase } from './peers-a.fixture.js';
import { JSON_CASES } from './peers-a-json.fixture.js';
import { MARKED_TAG_CASES } from './peers-a-marked-tags.fixture.js';
import { REASONING_CASES } from './peers-a-reasoning.fixture.js';
import { RECORD_CASES } from './peers-a-records.fixture.js';
import { TAG_CASES } from './peers-a-tags.fixture.js';
import { readDialect, type DialectReading } from './read-dialect.js';

const TOOLS = Object.entries(PEER_TOOLS).map(([name, inputSchema]) => ({ name, description: name, inputSchema }));

function read(pieces: Iterable<string>, { dialect, thinking }: PeerCase): DialectReading {
  return readDialect(pieces, { dialect, tools: TOOLS, thinking: thinking === true });
}

describe.each([
  ['JSON between marks', JSON_CASES],
  ['tags', TAG_CASES],
  ['tags with marks of their own', MARKED_TAG_CASES],
  ['records of special tokens', RECORD_CASES],
  ['reasoning and code', REASONING_CASES],
])('what the tests of inference servers read: %s', (_, cases) => {
  it.each(cases.map((each) => [each.dialect, each.what, each] as const))('%s: %s', (_dialect, _what, each) => {
    const whole = read([each.text], each);
    expect({
      calls: whole.calls.map(({ name, arguments: args }) => [name, args]),
      content: whole.content.trim(),
      reasoning: whole.reasoning.trim(),
      rejected: whole.rejected.map(({ code }) => code),
    }).toEqual({
      calls: each.calls ?? [],
      content: each.content ?? '',
      reasoning: each.reasoning ?? '',
      rejected: each.rejected ?? [],
    });
    // However it is cut, the same.
    expect(read(each.text.split(''), each)).toEqual(whole);
    for (let at = 1; at < each.text.length; at++)
      expect(read([each.text.slice(0, at), each.text.slice(at)], each)).toEqual(whole);
  });
});
