import { createHash } from 'node:crypto';
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../json.js';
import { stableStringify } from '../json.js';
import { bounded } from './bounded.js';

/** One thing that is wrong with arguments. */
export interface ArgumentFault {
  /** JSON pointer; `/` for the arguments as a whole. */
  path: string;
  message: string;
}

/** How arguments stand to a schema. */
export type Verdict =
  | { ok: true }
  | { ok: false; code: 'invalid_schema'; reason: string }
  /** `faults` is empty where the check took too long or could not be made. */
  | { ok: false; code: 'invalid_arguments'; reason: string; faults: ArgumentFault[] };

/** A schema larger than this is refused: compiling it would cost more than any tool is worth. */
const MAX_SCHEMA_CHARACTERS = 256 * 1_024;
/** Patterns come from servers and texts from models, and some pairs of them take hours: `(a+)+$` on forty letters. */
const TIME_LIMIT_MS = 1_000;
/** How many faults are kept, and how many the reason names: a model that got everything wrong needs the shape, not a list. */
const MAX_FAULTS = 10;
const NAMED_FAULTS = 5;
/** A list of a thousand allowed values helps nobody. */
const MAX_FAULT_CHARACTERS = 500;

/** Keywords whose cost is not in proportion to the arguments: patterns, comparing each with each, and recursion. */
const COSTLY = /"(?:pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef|\$recursiveRef)":/;
const MAX_QUICK_CHARACTERS = 16_384;

type Validator = ValidateFunction & { quick: boolean };

/** Compiled validators, by schema, or why there is none. Bounded, because schemas come from outside. */
const CACHE_LIMIT = 2_000;
const compiled = new Map<string, Validator | Error>();
/** So that the schema of a tool that is offered again is not written out to find it. */
const keys = new WeakMap<JsonObject, string>();

const OPTIONS: Options = {
  allErrors: true,
  strict: false,
  // Formats are annotations since 2019-09; refusing a call over one would be our rule, not the schema's.
  validateFormats: false,
  // Patterns are written for all engines: `[\w\-\_]` is one, and with the u flag it is a syntax error.
  unicodeRegExp: false,
  logger: false,
  // A property may be called `constructor`, which every object inherits.
  ownProperties: true,
};

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
  const errors = validate.errors ?? [];
  if (errors.length === 0) {
    const reason = "The arguments could not be checked against the tool's schema. Send others.";
    return { ok: false, code: 'invalid_arguments', reason, faults: [] };
  }
  const faults = errors.slice(0, MAX_FAULTS).map(faultOf);
  return { ok: false, code: 'invalid_arguments', reason: reasonOf(faults, errors.length), faults };
}

/** What ajv compares by falls over values that have a member called `toString` or `valueOf`, and some schemas end the stack. */
function isValid(validate: Validator, args: JsonObject): boolean {
  try {
    return validate(args);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    validate.errors = [];
    return false;
  }
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
  const { $schema: dialect, ...rest } = schema;
  if (rest['type'] !== undefined && rest['type'] !== 'object')
    return new Error('arguments are an object, and the schema says otherwise');
  try {
    return Object.assign(ajvOf(dialect).compile(rest), { quick: isQuick(rest) });
  } catch (error) {
    return asError(error);
  }
}

/** Whether a check takes time in proportion to the arguments, so that it needs no watch, which costs more than the check. */
function isQuick(schema: JsonObject): boolean {
  const text = JSON.stringify(schema);
  return text.length <= MAX_QUICK_CHARACTERS && !COSTLY.test(text);
}

/** An instance a schema: two tools may use the same `$id`, and what an instance has compiled it keeps. */
function ajvOf(dialect: unknown): Ajv {
  if (dialect === undefined) return new Ajv2020(OPTIONS);
  if (typeof dialect === 'string') {
    if (dialect.includes('/2020-12/')) return new Ajv2020(OPTIONS);
    if (dialect.includes('/2019-09/')) return new Ajv2019(OPTIONS);
    if (dialect.includes('/draft-07/')) return new Ajv(OPTIONS);
  }
  throw new TypeError(`its dialect ${JSON.stringify(dialect)} is not known; use JSON Schema 2020-12`);
}

function faultOf(error: ErrorObject): ArgumentFault {
  const params: Readonly<Record<string, unknown>> = error.params;
  const extra = params['additionalProperty'] ?? params['unevaluatedProperty'];
  const allowed = params['allowedValues'];
  const suffix =
    extra !== undefined ? `: "${String(extra)}"` : Array.isArray(allowed) ? `: ${allowed.map(String).join(', ')}` : '';
  const message = `${error.message ?? 'is not valid'}${suffix}`.slice(0, MAX_FAULT_CHARACTERS);
  return { path: error.instancePath || '/', message };
}

function reasonOf(faults: readonly ArgumentFault[], count: number): string {
  const lines = faults.slice(0, NAMED_FAULTS).map(({ path, message }) => {
    const where = path === '/' ? 'the arguments' : path.slice(1).replaceAll('/', '.');
    return `${where} ${message}`;
  });
  const more = count > NAMED_FAULTS ? `; and ${count - NAMED_FAULTS} more` : '';
  return `The arguments do not fit the tool's schema: ${lines.join('; ')}${more}.`;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}

/** Errors that Node makes for another realm are no instances of this one's Error. */
function messageOf(error: unknown): string {
  return String(typeof error === 'object' && error !== null && 'message' in error ? error.message : error);
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
