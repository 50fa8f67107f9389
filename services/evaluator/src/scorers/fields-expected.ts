import type { JsonValue } from '@switchyard/contracts';
import { shorten, type Problem } from '../suite/problems.js';
import type { Field } from './field-rule.js';
import { readJsonPath, valueAt, writeJsonPath, type JsonPath } from './json-path.js';
import { readNumber } from './read-number.js';
import type { Tolerance } from './tolerance.js';

/** A rule for one path, and for all that lies beneath it, as a suite writes it. */
export interface FieldOptions extends Tolerance {
  path: string;
  rule?: 'exact' | 'number' | 'contains' | 'ignore';
  /** In place of what the expected value has there. */
  value?: JsonValue;
  weight?: number;
  ignore_case?: boolean;
}

/** Deeper parts are compared whole. */
const MAX_DEPTH = 32;

/** The fields to compare: those listed, and every other leaf of the expected value. */
export function fieldsOf(
  listed: readonly FieldOptions[],
  expected: JsonValue | undefined,
  output: JsonValue | undefined,
  refuseExtra: boolean,
): Field[] {
  const own = listed.filter(({ rule }) => rule !== 'ignore').map((options) => listedField(options, expected));
  if (expected === undefined) return own;
  const taken = new Set(listed.map(({ path }) => writeJsonPath(readJsonPath(path) ?? [])));
  return [...own, ...leaves(expected, output, [], { taken, refuseExtra })];
}

/** What is wrong with the list of fields, given what is expected. */
export function fieldProblems(listed: readonly FieldOptions[], expected: JsonValue | undefined): Problem[] {
  const problems = listed.flatMap((options, index) => {
    const problem = fieldProblem(options, expected, listed.slice(0, index));
    return problem === undefined ? [] : [{ path: `fields[${index}].${problem.path}`, reason: problem.reason }];
  });
  if (problems.length > 0 || fieldsOf(listed, expected, undefined, false).length > 0) return problems;
  return [{ path: 'fields', reason: 'leave nothing to compare: every field is ignored' }];
}

function fieldProblem(
  { path, rule, value, absolute, relative }: FieldOptions,
  expected: JsonValue | undefined,
  earlier: readonly FieldOptions[],
): Problem | undefined {
  const steps = readJsonPath(path);
  if (steps === undefined) {
    return { path: 'path', reason: `is ${shorten(path)}; a path reads like order.items[0].price` };
  }
  if (earlier.some((other) => isWithin(readJsonPath(other.path), steps) || isWithin(steps, readJsonPath(other.path)))) {
    return { path: 'path', reason: `is ${shorten(path)}, for which an earlier one of these fields has a rule` };
  }
  if (rule !== 'number' && (absolute !== undefined || relative !== undefined)) {
    return { path: 'rule', reason: 'must be number where there is a tolerance' };
  }
  if (rule === 'ignore') return undefined;
  const wanted = value === undefined ? valueAt(expected, steps) : value;
  if (wanted === undefined) return { path: 'path', reason: `is ${shorten(path)}, where nothing is expected` };
  if (rule === 'number' && 'reason' in readNumber(wanted, 'only')) {
    return { path: 'rule', reason: `is number, and what is expected there is none: ${shorten(wanted)}` };
  }
  return undefined;
}

/** Whether `inner` is `outer` or lies beneath it. */
function isWithin(outer: JsonPath | undefined, inner: JsonPath | undefined): boolean {
  return outer !== undefined && inner !== undefined && outer.every((step, index) => inner[index] === step);
}

function listedField(options: FieldOptions, expected: JsonValue | undefined): Field {
  const path = readJsonPath(options.path) ?? [];
  return {
    at: writeJsonPath(path),
    path,
    rule: options.rule === undefined || options.rule === 'ignore' ? 'exact' : options.rule,
    // A value of null is a value too.
    wanted: options.value === undefined ? (valueAt(expected, path) ?? null) : options.value,
    weight: options.weight ?? 1,
    ignoreCase: options.ignore_case ?? false,
    ...(options.absolute === undefined ? {} : { absolute: options.absolute }),
    ...(options.relative === undefined ? {} : { relative: options.relative }),
  };
}

interface Walk {
  /** Paths that have a rule of their own. */
  taken: ReadonlySet<string>;
  refuseExtra: boolean;
}

/** Empty lists and objects are leaves: they are expected as such. */
function leaves(wanted: JsonValue, got: JsonValue | undefined, path: JsonPath, walk: Walk): Field[] {
  const at = writeJsonPath(path);
  if (walk.taken.has(at)) return [];
  const parts = path.length < MAX_DEPTH ? partsOf(wanted) : [];
  const extra = extraParts(wanted, got, walk.refuseExtra)
    .map((step) => [...path, step])
    .filter((steps) => !walk.taken.has(writeJsonPath(steps)))
    .map((steps) => leaf(steps, 'absent', null));
  if (parts.length === 0) return [leaf(path, 'exact', wanted)];
  return [...parts.flatMap(([step, part]) => leaves(part, valueAt(got, [step]), [...path, step], walk)), ...extra];
}

function partsOf(value: JsonValue): [string | number, JsonValue][] {
  if (Array.isArray(value)) return value.map((part, index) => [index, part]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function extraParts(wanted: JsonValue, got: JsonValue | undefined, refuseExtra: boolean): (string | number)[] {
  if (got === undefined || Array.isArray(wanted) !== Array.isArray(got)) return [];
  if (!Array.isArray(got) && !refuseExtra) return [];
  return partsOf(got)
    .map(([step]) => step)
    .filter((step) => valueAt(wanted, [step]) === undefined);
}

function leaf(path: JsonPath, rule: 'exact' | 'absent', wanted: JsonValue): Field {
  return { at: writeJsonPath(path) || '(root)', path, rule, wanted, weight: 1, ignoreCase: false };
}
