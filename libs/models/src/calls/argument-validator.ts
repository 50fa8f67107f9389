import { createHash } from 'node:crypto';
import type { ValidateFunction } from 'ajv';
import type { JsonObject } from '../json.js';
import { stableStringify } from '../json.js';
import { bounded } from './bounded.js';
import type { Fault } from './json-schema.js';
import { asError, compileSchema, faultsOf, isValid, tellFaults } from './json-schema.js';

export type { Fault as ArgumentFault };

/** How arguments stand to a schema. */
export type Verdict =
  | { ok: true }
  | { ok: false; code: 'invalid_schema'; reason: string }
  /** `faults` is empty where the check took too long or could not be made. */
  | { ok: false; code: 'invalid_arguments'; reason: string; faults: Fault[] };

/** A schema larger than this is refused: compiling it would cost more than any tool is worth. */
const MAX_SCHEMA_CHARACTERS = 256 * 1_024;
/** Patterns come from servers and texts from models, and some pairs of them take hours: `(a+)+$` on forty letters. */
const TIME_LIMIT_MS = 1_000;
/** Keywords whose cost is not in proportion to the arguments: patterns, comparing each with each, and recursion. */
const COSTLY = /"(?:pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef|\$recursiveRef)":/;
const MAX_QUICK_CHARACTERS = 16_384;

type Validator = ValidateFunction & { quick: boolean };

/** Compiled validators, by schema, or why there is none. Bounded, because schemas come from outside. */
const CACHE_LIMIT = 2_000;
const compiled = new Map<string, Validator | Error>();
/** So that the schema of a tool that is offered again is not written out to find it. */
const keys = new WeakMap<JsonObject, string>();

/**
 * Checks arguments against the schema that the model was given: JSON Schema 2020-12, or 2019-09 or draft-07 where
 * `$schema` says so. The reason is written for the model. Never takes much longer than a second. A `$ref` to another
 * document is never fetched: it makes the schema invalid.
 */
export function validateArguments(schema: JsonObject, args: JsonObject): Verdict {
  const validate = validatorOf(schema);
  if (validate instanceof Error) {
    const reason = `The tool's own schema cannot be used: ${sentence(validate.message)}`;
    return { ok: false, code: 'invalid_schema', reason };
  }
  const check = (): boolean => isValid(validate, args);
  const checked = validate.quick ? { value: check() } : bounded(TIME_LIMIT_MS, check);
  if (checked?.value === true) return { ok: true };
  if (checked === undefined) {
    const reason = `The arguments could not be checked against the tool's schema within ${TIME_LIMIT_MS} ms. Send shorter ones.`;
    return { ok: false, code: 'invalid_arguments', reason, faults: [] };
  }
  const faults = faultsOf(validate);
  const reason =
    faults.length === 0
      ? "The arguments could not be checked against the tool's schema. Send others."
      : `The arguments do not fit the tool's schema: ${tellFaults(validate, 'the arguments')}.`;
  return { ok: false, code: 'invalid_arguments', reason, faults };
}

/** Why no arguments can be checked against this schema; undefined where they can. */
export function unusableSchema(schema: JsonObject): string | undefined {
  const validate = validatorOf(schema);
  return validate instanceof Error ? sentence(validate.message) : undefined;
}

/** The content hash under which a schema's validator is kept. */
export function schemaFingerprint(schema: JsonObject): string {
  return createHash('sha256').update(stableStringify(schema)).digest('hex');
}

function validatorOf(schema: JsonObject): Validator | Error {
  let key = keys.get(schema);
  if (key === undefined) {
    try {
      if (JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS)
        return new Error(`it is larger than ${MAX_SCHEMA_CHARACTERS} characters`);
      key = schemaFingerprint(schema);
    } catch (error) {
      // Nested deeper than the stack is high.
      return asError(error);
    }
    keys.set(schema, key);
  }
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const fresh = compile(schema);
  const oldest = compiled.size >= CACHE_LIMIT ? compiled.keys().next().value : undefined;
  if (oldest !== undefined) compiled.delete(oldest);
  compiled.set(key, fresh);
  return fresh;
}

function compile(schema: JsonObject): Validator | Error {
  if (schema['type'] !== undefined && schema['type'] !== 'object')
    return new Error('arguments are an object, and the schema says otherwise');
  const validate = compileSchema(schema);
  return validate instanceof Error ? validate : Object.assign(validate, { quick: isQuick(schema) });
}

/** Whether a check takes time in proportion to the arguments, so that it needs no watch, which costs more than the check. */
function isQuick(schema: JsonObject): boolean {
  const text = JSON.stringify(schema);
  return text.length <= MAX_QUICK_CHARACTERS && !COSTLY.test(text);
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
