import { createHash } from 'node:crypto';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../json.js';
import { stableStringify } from '../json.js';

/** How arguments stand to a schema. */
export type Verdict = { ok: true } | { ok: false; code: 'invalid_arguments' | 'invalid_schema'; reason: string };

/** Compiled validators, by schema. Bounded, because schemas come from outside. */
const CACHE_LIMIT = 1_000;
const compiled = new Map<string, ValidateFunction | Error>();

const options = {
  allErrors: true,
  strict: false,
  // Schemas of different tools may carry one $id: nothing is registered under it.
  addUsedSchema: false,
  // Formats are annotations since 2019-09; refusing a call over one would be our rule, not the schema's.
  validateFormats: false,
  logger: false,
} as const;
const ajv2020 = new Ajv2020(options);
const ajv07 = new Ajv(options);

/** Checks arguments against the schema that the model was given. The reason is written for the model. */
export function validateArguments(schema: JsonObject, args: JsonObject): Verdict {
  const validate = validatorOf(schema);
  if (validate instanceof Error) {
    return { ok: false, code: 'invalid_schema', reason: `The tool's own schema cannot be used: ${validate.message}` };
  }
  if (validate(args) === true) return { ok: true };
  return { ok: false, code: 'invalid_arguments', reason: describe(validate.errors ?? []) };
}

/** The content hash under which a schema's validator is kept. */
export function schemaFingerprint(schema: JsonObject): string {
  return createHash('sha256').update(stableStringify(schema)).digest('hex');
}

function validatorOf(schema: JsonObject): ValidateFunction | Error {
  const key = schemaFingerprint(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const fresh = compile(schema);
  if (compiled.size >= CACHE_LIMIT) {
    const oldest = compiled.keys().next();
    if (oldest.done !== true) compiled.delete(oldest.value);
  }
  compiled.set(key, fresh);
  return fresh;
}

function compile(schema: JsonObject): ValidateFunction | Error {
  const { $schema: dialect, ...rest } = schema;
  const ajv = typeof dialect === 'string' && /draft-0[67]/.test(dialect) ? ajv07 : ajv2020;
  try {
    return ajv.compile(rest);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** At most five problems: a model that got everything wrong needs the shape, not a list. */
function describe(errors: readonly ErrorObject[]): string {
  const lines = errors.slice(0, 5).map((error) => {
    const where = error.instancePath === '' ? 'the arguments' : error.instancePath.slice(1).replaceAll('/', '.');
    const extra: unknown = error.params['additionalProperty'];
    const allowed: unknown = error.params['allowedValues'];
    const detail =
      typeof extra === 'string' ? ` ("${extra}")` : Array.isArray(allowed) ? ` (${allowed.join(', ')})` : '';
    return `${where} ${error.message ?? 'does not fit'}${detail}`;
  });
  const more = errors.length > 5 ? `; and ${errors.length - 5} more` : '';
  return `The arguments do not fit the tool's schema: ${lines.join('; ')}${more}.`;
}
