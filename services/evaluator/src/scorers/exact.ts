import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@switchyard/contracts';
import { shorten } from '../suite/problems.js';
import { outputJson, outputText } from './output-text.js';
import { defineScorer, fail, pass } from './scorer.js';
import { missingExpectation } from './expectation.js';

interface Options {
  value?: JsonValue;
  ignore_case?: boolean;
}

/** The output is what was expected: equal text (white space around it does not count), or equal JSON. */
export const exact = defineScorer<Options>({
  type: 'exact',
  properties: { value: {}, ignore_case: { type: 'boolean' } },
  check: missingExpectation,
  judge: ({ output }, options, expected) => {
    // A value of null is a value too.
    const wanted = options.value === undefined ? (expected ?? null) : options.value;
    if (isSame(output, wanted, options.ignore_case ?? false)) return pass('equal');
    return fail(`expected ${shorten(wanted, 120)}, got ${shorten(output, 120)}`);
  },
});

function isSame(output: JsonValue, wanted: JsonValue, ignoreCase: boolean): boolean {
  if (typeof wanted === 'string') {
    const [one, other] = [outputText(output).trim(), wanted.trim()];
    return ignoreCase ? one.toLowerCase() === other.toLowerCase() : one === other;
  }
  return isDeepStrictEqual(outputJson(output), wanted);
}
