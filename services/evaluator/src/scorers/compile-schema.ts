import type { JsonObject } from '@switchyard/contracts';
import { Ajv, type Options as AjvOptions, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Problem } from '../suite/problems.js';

const OPTIONS: AjvOptions = { strict: false, verbose: true, validateFormats: false };

/** A suite's schema is bound once for each of its cases. */
const compiled = new WeakMap<JsonObject, ValidateFunction>();

/**
 * A user's JSON Schema as a check: 2020-12, or draft-07 where `$schema` says so.
 *
 * @throws Error, ajv's, where it is no schema or refers to what is not in it
 */
export function compileSchema(schema: JsonObject): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  const draft = schema['$schema'];
  const ajv = typeof draft === 'string' && draft.includes('draft-07') ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

/** Why a schema cannot be used, at its path; empty where it can. */
export function schemaProblems(schema: JsonObject, path: string): Problem[] {
  try {
    compileSchema(schema);
    return [];
  } catch (error) {
    return [{ path, reason: `cannot be used: ${error instanceof Error ? error.message : String(error)}` }];
  }
}
