import { describe, expect, it } from '@jest/globals';
import { full, reading } from './peers-b.fixture.js';
import { BARE_JSON } from './peers-b/bare-json.fixture.js';
import { GEMMA } from './peers-b/gemma.fixture.js';
import { HARMONY } from './peers-b/harmony.fixture.js';
import { MARKED_JSON } from './peers-b/marked-json.fixture.js';
import { MINICPM } from './peers-b/minicpm.fixture.js';
import { PYTHON } from './peers-b/python.fixture.js';
import { REASONING, SAME_FOR_ALL_MARKS } from './peers-b/reasoning.fixture.js';

/** Their marks are words or tags that any text may hold. */
const OWN = new Set(['functionary-3.2', 'granite-3', 'minicpm-5']);

/**
 * What the public test suites of vLLM, SGLang, llama.cpp, Ollama and Transformers assert for these formats. Where the
 * outcome here is another than theirs, a line beside the case says why.
 */
describe.each([
  ['JSON without marks', BARE_JSON],
  ['Python', PYTHON],
  ['Gemma', GEMMA],
  ['Harmony', HARMONY],
  ['JSON between marks', MARKED_JSON],
  ['tags', MINICPM],
  ['marks around reasoning', SAME_FOR_ALL_MARKS],
  ['reasoning', REASONING],
])('%s', (_, cases) => {
  it.each(cases)('%s: %s', (dialect, what, text, expected) => {
    expect({ what, ...reading(dialect, text) }).toEqual({ what, ...full(expected) });
  });

  it.each(cases)('%s, found out by `auto`: %s', (dialect, what, text, expected) => {
    const found = reading(dialect.replace(/^[^ ]+/u, 'auto'), text);
    if (expected.own !== true && !OWN.has(dialect)) expect({ what, ...found }).toEqual({ what, ...full(expected) });
    // What is not found out is no call either.
    for (const call of found.calls) expect(expected.calls).toContainEqual(call);
  });
});
