import type { ValidateFunction } from 'ajv';
import { bounded } from '../calls/bounded.js';
import { compileSchema, isValid, tellFaults } from '../calls/json-schema.js';
import type { JsonObject, JsonValue } from '../json.js';

/** Patterns come from servers and texts from models, and some pairs of them take hours. */
export const TIME_LIMIT_MS = 1_000;
export type ValueVerdict =
  | { ok: true }
  | { ok: false; code: 'invalid_schema'; reason: string }
  | { ok: false; code: 'invalid_value'; reason: string };

const compiled = new WeakMap<JsonObject, ValidateFunction | Error>();
const compiledBriefly = new WeakMap<JsonObject, ValidateFunction | Error>();

/**
 * Checks any value against any schema (2020-12, or 2019-09 or draft-07 where `$schema` says so); `validateArguments` is the same for
 * objects. Never takes much longer than a second. The reason names at most five faults.
 */
export function checkValue(schema: JsonObject, value: JsonValue): ValueVerdict {
  const validate = validatorOf(schema);
  if (validate instanceof Error) return { ok: false, code: 'invalid_schema', reason: validate.message };
  const checked = bounded(TIME_LIMIT_MS, () => isValid(validate, value));
  if (checked?.value === true) return { ok: true };
  if (checked === undefined)
    return { ok: false, code: 'invalid_value', reason: `it could not be checked within ${TIME_LIMIT_MS} ms` };
  return { ok: false, code: 'invalid_value', reason: tellFaults(validate, 'the value') };
}

/**
 * Whether a value fits a schema of which it is known that it can be used. Stops at the first fault, and is not watched: for checks that are
 * many, within `bounded`.
 */
export function fitsSchema(schema: JsonObject, value: JsonValue): boolean {
  const validate = compiledBriefly.get(schema) ?? compileSchema(schema, { firstFaultOnly: true });
  compiledBriefly.set(schema, validate);
  return !(validate instanceof Error) && isValid(validate, value);
}

function validatorOf(schema: JsonObject): ValidateFunction | Error {
  const validate = compiled.get(schema) ?? compileSchema(schema);
  compiled.set(schema, validate);
  return validate;
}
