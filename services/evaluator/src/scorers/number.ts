import type { JsonValue } from '@switchyard/contracts';
import { shorten, type Problem } from '../suite/problems.js';
import { missingExpectation } from './expectation.js';
import { readJsonPath, valueAt } from './json-path.js';
import { outputJson } from './output-text.js';
import { readNumber, type Which } from './read-number.js';
import { defineScorer, fail, pass } from './scorer.js';
import { describeNear, isNear, toleranceSchema, type Tolerance } from './tolerance.js';

interface Options extends Tolerance {
  value?: number | string;
  path?: string;
  which?: Which;
}

/**
 * A number in the output lies within a tolerance of the expected one. It is read from the output's text (`which` of
 * several: the `last` by default, as answers end with their result) or, with `path`, from a part of its JSON.
 */
export const number = defineScorer<Options>({
  type: 'number',
  properties: {
    value: { type: ['number', 'string'] },
    path: { type: 'string', minLength: 1 },
    which: { enum: ['only', 'first', 'last'] },
    ...toleranceSchema,
  },
  check: (options, expected) => [
    ...missingExpectation(options, expected),
    ...notNumber(options.value ?? expected),
    ...(options.path !== undefined && readJsonPath(options.path) === undefined
      ? [{ path: 'path', reason: `is ${shorten(options.path)}; a path reads like order.items[0].price` }]
      : []),
  ],
  judge: ({ output }, options, expected) => {
    const wanted = readNumber(options.value ?? expected, 'only');
    const where = options.path === undefined ? 'the output' : options.path;
    const read = readNumber(partOf(output, options.path), options.which ?? 'last');
    if ('reason' in read) return fail(`${where} ${read.reason}; got ${shorten(output, 120)}`);
    if ('reason' in wanted) return fail(`what is expected ${wanted.reason}`);
    const range = describeNear(wanted.number, options);
    if (isNear(read.number, wanted.number, options)) return pass(`${read.number} is ${range}`);
    return fail(`expected ${range}, got ${read.number}, which is ${describeGap(read.number, wanted.number)}`);
  },
});

function partOf(output: JsonValue, path: string | undefined): JsonValue | undefined {
  if (path === undefined) return output;
  return valueAt(outputJson(output), readJsonPath(path) ?? []);
}

function describeGap(got: number, wanted: number): string {
  const gap = Math.abs(got - wanted);
  return `${Number(gap.toPrecision(6))} ${got > wanted ? 'more' : 'less'}`;
}

function notNumber(wanted: JsonValue | undefined): Problem[] {
  if (wanted === undefined) return [];
  const read = readNumber(wanted, 'only');
  return 'reason' in read ? [{ path: 'value', reason: `is ${shorten(wanted)}, which ${read.reason}` }] : [];
}
