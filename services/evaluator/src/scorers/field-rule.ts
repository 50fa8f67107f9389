import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@switchyard/contracts';
import { shorten } from '../suite/problems.js';
import { valueAt, type JsonPath } from './json-path.js';
import { outputText } from './output-text.js';
import { readNumber } from './read-number.js';
import { describeNear, isNear, type Tolerance } from './tolerance.js';

/** One part of an output and what it must be. */
export interface Field extends Tolerance {
  /** The path as people read it. */
  at: string;
  path: JsonPath;
  /** `absent`: nothing may be there. */
  rule: 'exact' | 'number' | 'contains' | 'absent';
  wanted: JsonValue;
  weight: number;
  ignoreCase: boolean;
}

/** What is wrong with a field of the output; undefined where it is as it must be. */
export function compareField(field: Field, output: JsonValue): string | undefined {
  const got = valueAt(output, field.path);
  if (field.rule === 'absent') return got === undefined ? undefined : `nothing was expected, got ${shorten(got)}`;
  if (got === undefined) return `expected ${shorten(field.wanted)}, got nothing`;
  return RULES[field.rule](got, field);
}

const RULES = {
  exact: (got: JsonValue, { wanted, ignoreCase }: Field) =>
    isDeepStrictEqual(fold(got, ignoreCase), fold(wanted, ignoreCase))
      ? undefined
      : `expected ${shorten(wanted)}, got ${shorten(got)}`,
  number: (got: JsonValue, field: Field) => {
    const [wanted, read] = [readNumber(field.wanted, 'only'), readNumber(got, 'only')];
    if ('reason' in wanted || 'reason' in read) return `expected a number, got ${shorten(got)}`;
    return isNear(read.number, wanted.number, field)
      ? undefined
      : `expected ${describeNear(wanted.number, field)}, got ${read.number}`;
  },
  contains: (got: JsonValue, { wanted, ignoreCase }: Field) =>
    outputText(fold(got, ignoreCase)).includes(outputText(fold(wanted, ignoreCase)))
      ? undefined
      : `does not contain ${shorten(wanted)}; got ${shorten(got)}`,
};

/** Text without its case where that does not count; all else as it is. */
function fold(value: JsonValue, ignoreCase: boolean): JsonValue {
  return ignoreCase && typeof value === 'string' ? value.toLowerCase() : value;
}
