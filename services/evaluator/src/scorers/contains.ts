import type { JsonValue } from '@switchyard/contracts';
import { shorten, type Problem } from '../suite/problems.js';
import { missingExpectation } from './expectation.js';
import { outputText } from './output-text.js';
import { defineScorer, fail, pass } from './scorer.js';

interface Options {
  value?: string | number | (string | number)[];
  ignore_case?: boolean;
}

const part = { type: ['string', 'number'] };

/** The output's text contains what was expected; of a list, every part. The value is the share of parts that were found. */
export const contains = defineScorer<Options>({
  type: 'contains',
  properties: {
    value: { anyOf: [part, { type: 'array', items: part, minItems: 1 }] },
    ignore_case: { type: 'boolean' },
  },
  check: (options, expected) => [...missingExpectation(options, expected), ...notParts(options.value ?? expected)],
  judge: ({ output }, options, expected) => {
    const fold = (text: string) => (options.ignore_case ? text.toLowerCase() : text);
    const text = fold(outputText(output));
    const parts = partsOf(options.value ?? expected);
    const missing = parts.filter((wanted) => !text.includes(fold(wanted)));
    if (missing.length === 0) return pass(`contains ${parts.map((wanted) => shorten(wanted)).join(', ')}`);
    const value = (parts.length - missing.length) / parts.length;
    return fail(
      `does not contain ${missing.map((wanted) => shorten(wanted)).join(', ')}; got ${shorten(output, 120)}`,
      value,
    );
  },
});

function partsOf(wanted: JsonValue | undefined): string[] {
  return (Array.isArray(wanted) ? wanted : [wanted ?? null]).map(outputText);
}

function notParts(wanted: JsonValue | undefined): Problem[] {
  const parts = Array.isArray(wanted) ? wanted : [wanted ?? ''];
  const bad = parts.some((item) => (typeof item !== 'string' || item === '') && typeof item !== 'number');
  if (wanted === undefined || (!bad && parts.length > 0)) return [];
  return [
    { path: 'value', reason: `is ${shorten(wanted)}; contains needs a text or number, or a list of them, none empty` },
  ];
}
