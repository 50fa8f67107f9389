import type { Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { bounded } from '../calls/bounded.js';
import type { JsonObject, JsonValue } from '../json.js';

/** Patterns come from servers and texts from models, and some pairs of them take hours. */
export const TIME_LIMIT_MS = 1_000;
const NAMED_FAULTS = 5;
const MAX_FAULT_CHARACTERS = 500;

/** As `validateArguments` reads schemas, so that both mean the same. */
const OPTIONS: Options = {
  allErrors: true,
  strict: false,
  validateFormats: false,
  unicodeRegExp: false,
  logger: false,
  // A property may be called `constructor`, which every object inherits.
  ownProperties: true,
};

export type ValueVerdict =
  | { ok: true }
  | { ok: false; code: 'invalid_schema'; reason: string }
  | { ok: false; code: 'invalid_value'; reason: string };

const compiled = new WeakMap<JsonObject, ValidateFunction | string>();
const compiledBriefly = new WeakMap<JsonObject, ValidateFunction | string>();

/**
 * Checks any value against any schema (2020-12, or 2019-09 or draft-07 where `$schema` says so); `validateArguments` is the same for
 * objects. Never takes much longer than a second. The reason names at most five faults.
 */
export function checkValue(schema: JsonObject, value: JsonValue): ValueVerdict {
  const validate = validatorOf(schema);
  if (typeof validate === 'string') return { ok: false, code: 'invalid_schema', reason: validate };
  const checked = bounded(TIME_LIMIT_MS, () => isValid(validate, value));
  if (checked?.value === true) return { ok: true };
  if (checked === undefined)
    return { ok: false, code: 'invalid_value', reason: `it could not be checked within ${TIME_LIMIT_MS} ms` };
  const errors = validate.errors ?? [];
  const faults = errors.slice(0, NAMED_FAULTS).map(({ instancePath, message, params }) => {
    const allowed: unknown = params['allowedValues'];
    const extra: unknown = params['additionalProperty'] ?? params['unevaluatedProperty'];
    const detail = Array.isArray(allowed)
      ? `: ${allowed.map(String).join(', ')}`
      : extra === undefined
        ? ''
        : `: "${String(extra)}"`;
    const where = instancePath === '' ? 'the value' : instancePath.slice(1).replaceAll('/', '.');
    return `${where} ${message ?? 'is not valid'}${detail}`.slice(0, MAX_FAULT_CHARACTERS);
  });
  const more = errors.length > NAMED_FAULTS ? `; and ${errors.length - NAMED_FAULTS} more` : '';
  return { ok: false, code: 'invalid_value', reason: `${faults.join('; ')}${more}` };
}

/**
 * Whether a value fits a schema of which it is known that it can be used. Stops at the first fault, and is not watched: for checks that are
 * many, within `bounded`.
 */
export function fitsSchema(schema: JsonObject, value: JsonValue): boolean {
  const validate = compiledBriefly.get(schema) ?? compile(schema, { ...OPTIONS, allErrors: false });
  compiledBriefly.set(schema, validate);
  return typeof validate !== 'string' && isValid(validate, value);
}

/** What ajv compares by falls over values that have a member called `toString` or `valueOf`, and some schemas end the stack. */
function isValid(validate: ValidateFunction, value: JsonValue): boolean {
  try {
    return validate(value);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    validate.errors = [];
    return false;
  }
}

/** Which keyword has a value that it cannot have; undefined where none has. Much quicker than to compile the schema. */
export function keywordFault(schema: JsonObject): string | undefined {
  const { $schema: dialect, ...rest } = schema;
  const Dialect = dialectOf(dialect);
  return Dialect === undefined ? unknownDialect(dialect) : metaFault(rest, Dialect);
}

function validatorOf(schema: JsonObject): ValidateFunction | string {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fresh = compile(schema, OPTIONS);
  compiled.set(schema, fresh);
  return fresh;
}

function compile(schema: JsonObject, options: Options): ValidateFunction | string {
  const { $schema: dialect, ...rest } = schema;
  const Dialect = dialectOf(dialect);
  if (Dialect === undefined) return unknownDialect(dialect);
  try {
    const fault = metaFault(rest, Dialect);
    // An instance a schema: two may use the same `$id`.
    return fault ?? new Dialect({ ...options, meta: false, validateSchema: false }).compile(rest);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function metaFault(schema: JsonObject, Dialect: Dialect): string | undefined {
  const meta = metaSchemas.get(Dialect) ?? new Dialect(OPTIONS);
  metaSchemas.set(Dialect, meta);
  return meta.validateSchema(schema) === true ? undefined : meta.errorsText(meta.errors, { dataVar: 'schema' });
}

function unknownDialect(dialect: JsonValue | undefined): string {
  return `its dialect ${JSON.stringify(dialect)} is not known; use JSON Schema 2020-12`;
}

/** What checks the schemas themselves: to compile that takes longer than to compile a tool's schema. */
const metaSchemas = new Map<Dialect, InstanceType<Dialect>>();
type Dialect = typeof Ajv | typeof Ajv2019 | typeof Ajv2020;

function dialectOf(dialect: unknown): Dialect | undefined {
  if (dialect === undefined) return Ajv2020;
  if (typeof dialect !== 'string') return undefined;
  if (dialect.includes('/2020-12/')) return Ajv2020;
  if (dialect.includes('/2019-09/')) return Ajv2019;
  return dialect.includes('/draft-07/') ? Ajv : undefined;
}
