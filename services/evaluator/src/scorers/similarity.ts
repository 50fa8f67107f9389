import type { JsonValue } from '@switchyard/contracts';
import { distance } from 'fastest-levenshtein';
import { shorten, type Problem } from '../suite/problems.js';
import { missingExpectation } from './expectation.js';
import { outputText } from './output-text.js';
import { defineScorer, fail } from './scorer.js';

interface Options {
  value?: string | string[];
  threshold?: number;
  ignore_case?: boolean;
}

const DEFAULT_THRESHOLD = 0.8;
/** UTF-16 units of each text that are compared: the work grows with their product, 0.2 s for two texts of this length. */
const MAX_COMPARED = 20_000;

/**
 * The output's text is close to the expected one: the value is 1 less the share of characters that must be inserted,
 * deleted or replaced (Levenshtein's distance by the longer text), and passes from `threshold`, 0.8 by default. Of several
 * texts the closest counts. White space counts once; how a letter's accents are stored does not.
 */
export const similarity = defineScorer<Options>({
  type: 'similarity',
  properties: {
    value: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 20 }] },
    threshold: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    ignore_case: { type: 'boolean' },
  },
  check: (options, expected) => [...missingExpectation(options, expected), ...notTexts(options.value ?? expected)],
  judge: ({ output }, options, expected) => {
    const threshold = options.threshold ?? DEFAULT_THRESHOLD;
    const got = normalise(outputText(output), options.ignore_case ?? false);
    const texts = textsOf(options.value ?? expected);
    const [best] = texts
      .map((text) => ({ text, value: similar(got, normalise(text, options.ignore_case ?? false)) }))
      .sort((one, other) => other.value - one.value);
    if (best === undefined) return fail('there is nothing to compare with');
    const cut = got.length > MAX_COMPARED ? `, of which the first ${MAX_COMPARED} characters were compared` : '';
    const percent = `${Math.floor(best.value * 100)} % like ${shorten(best.text)}`;
    const { value } = best;
    if (value >= threshold) return { value, passed: true, reason: `${percent}${cut}` };
    return fail(`${percent}, less than ${threshold * 100} %; got ${shorten(output, 120)}${cut}`, value);
  },
});

function similar(one: string, other: string): number {
  const [left, right] = [one.slice(0, MAX_COMPARED), other.slice(0, MAX_COMPARED)];
  const longer = Math.max(left.length, right.length);
  return longer === 0 ? 1 : 1 - distance(left, right) / longer;
}

function normalise(text: string, ignoreCase: boolean): string {
  const clean = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return ignoreCase ? clean.toLowerCase() : clean;
}

function textsOf(wanted: JsonValue | undefined): string[] {
  return (Array.isArray(wanted) ? wanted : [wanted ?? '']).map(outputText);
}

function notTexts(wanted: JsonValue | undefined): Problem[] {
  if (wanted === undefined) return [];
  const texts = Array.isArray(wanted) ? wanted : [wanted];
  const good = texts.length > 0 && texts.every((text) => typeof text === 'string' && text.trim() !== '');
  return good ? [] : [{ path: 'value', reason: `is ${shorten(wanted)}; similarity needs a text, or a list of texts` }];
}
