import type { JsonValue } from '@switchyard/contracts';
import { shorten } from '../suite/problems.js';
import { missingExpectation } from './expectation.js';
import { compareField } from './field-rule.js';
import { fieldProblems, fieldsOf, type FieldOptions } from './fields-expected.js';
import { outputJson } from './output-text.js';
import { defineScorer, fail, pass } from './scorer.js';
import { toleranceSchema } from './tolerance.js';

interface Options {
  value?: JsonValue;
  fields?: FieldOptions[];
  extra?: 'allow' | 'refuse';
  threshold?: number;
}

/** Fields that a reason names; the score counts them all. */
const NAMED = 5;

/**
 * A JSON output, field by field against what was expected. Every leaf of the expected value is a field that must be
 * equal, unless `fields` gives its path (or one above it) another rule: `exact`, `number` with a tolerance, `contains`,
 * `ignore`; and a `weight`, 1 by default. Keys that nobody expected are allowed unless `extra` is `refuse`; items of lists
 * beyond the expected ones never are.
 *
 * The value is the share of the weight whose fields are right; it passes from `threshold`, by default 1: all of them.
 */
export const fields = defineScorer<Options>({
  type: 'fields',
  properties: {
    value: {},
    fields: {
      type: 'array',
      maxItems: 200,
      items: {
        type: 'object',
        properties: {
          path: { type: 'string', minLength: 1 },
          rule: { enum: ['exact', 'number', 'contains', 'ignore'] },
          value: {},
          weight: { type: 'number', exclusiveMinimum: 0, maximum: 1_000 },
          ignore_case: { type: 'boolean' },
          ...toleranceSchema,
        },
        required: ['path'],
        additionalProperties: false,
      },
    },
    extra: { enum: ['allow', 'refuse'] },
    threshold: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  },
  check: (options, expected) => {
    const listed = options.fields ?? [];
    // Fields that bring their own values need nothing beside them.
    const needsWhole =
      listed.length === 0 || listed.some(({ rule, value }) => rule !== 'ignore' && value === undefined);
    const missing = needsWhole ? missingExpectation(options, expected) : [];
    return missing.length > 0 ? missing : fieldProblems(listed, wholeOf(options, expected));
  },
  judge: ({ output }, options, expected) => {
    const json = outputJson(output);
    if (json === undefined) return fail(`is not JSON: ${shorten(output, 120)}`);
    const all = fieldsOf(options.fields ?? [], wholeOf(options, expected), json, options.extra === 'refuse');
    const compared = all.map((field) => ({ ...field, problem: compareField(field, json) }));
    const wrong = compared.filter(({ problem }) => problem !== undefined);
    if (wrong.length === 0) return pass(`${all.length} fields as expected`);
    const share = (all.length === wrong.length ? 0 : weigh(all) - weigh(wrong)) / weigh(all);
    const named = wrong.slice(0, NAMED).map(({ at, problem }) => `${at}: ${problem}`);
    const more = wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : '';
    const reason = `${wrong.length} of ${all.length} fields differ: ${named.join('; ')}${more}`;
    return { value: share, passed: options.threshold !== undefined && share >= options.threshold, reason };
  },
});

function wholeOf(options: Options, expected: JsonValue | undefined): JsonValue | undefined {
  return options.value === undefined ? expected : options.value;
}

function weigh(items: readonly { weight: number }[]): number {
  return items.reduce((sum, { weight }) => sum + weight, 0);
}
