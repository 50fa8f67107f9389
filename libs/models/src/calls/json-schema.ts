import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject, JsonValue } from '../json.js';

/** One thing that is wrong with a value. */
export interface Fault {
  /** JSON pointer; `/` for the value as a whole. */
  path: string;
  message: string;
}

/** How schemas are read here, wherever a value is checked. */
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

/** How many faults are kept, and how many a reason names: a model that got everything wrong needs the shape, not a list. */
const MAX_FAULTS = 10;
const NAMED_FAULTS = 5;
/** A list of a thousand allowed values helps nobody. */
const MAX_FAULT_CHARACTERS = 500;

/**
 * Compiles a schema (2020-12, or 2019-09 or draft-07 where `$schema` says so); the error where it cannot be used. A `$ref` to
 * another document is never fetched: it makes the schema unusable.
 */
export function compileSchema(
  schema: JsonObject,
  { firstFaultOnly = false }: { firstFaultOnly?: boolean } = {},
): ValidateFunction | Error {
  const { $schema: dialect, ...rest } = schema;
  try {
    const fault = keywordFault(schema);
    if (fault !== undefined) return new Error(fault);
    const Dialect = dialectOf(dialect) ?? Ajv2020;
    // An instance a schema: two may use the same `$id`, and what an instance has compiled it keeps.
    return new Dialect({ ...OPTIONS, allErrors: !firstFaultOnly, meta: false, validateSchema: false }).compile(rest);
  } catch (error) {
    return asError(error);
  }
}

/** Which keyword has a value that it cannot have; undefined where none has. Much quicker than to compile the schema. */
export function keywordFault(schema: JsonObject): string | undefined {
  const { $schema: dialect, ...rest } = schema;
  const Dialect = dialectOf(dialect);
  if (Dialect === undefined) return `its dialect ${JSON.stringify(dialect)} is not known; use JSON Schema 2020-12`;
  const meta = metaSchemas.get(Dialect) ?? new Dialect(OPTIONS);
  metaSchemas.set(Dialect, meta);
  return meta.validateSchema(rest) === true ? undefined : meta.errorsText(meta.errors, { dataVar: 'schema' });
}

/** What ajv compares by falls over values that have a member called `toString` or `valueOf`, and some schemas end the stack. */
export function isValid(validate: ValidateFunction, value: JsonValue): boolean {
  try {
    return validate(value);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    validate.errors = [];
    return false;
  }
}

/** What the last check found, ten faults at most; empty where the check itself could not be made. */
export function faultsOf({ errors }: ValidateFunction): Fault[] {
  return (errors ?? []).slice(0, MAX_FAULTS).map(faultOf);
}

/** The faults of the last check in words, five at most. @param whole what the value as a whole is called */
export function tellFaults(validate: ValidateFunction, whole: string): string {
  const count = validate.errors?.length ?? 0;
  const lines = faultsOf(validate)
    .slice(0, NAMED_FAULTS)
    .map(({ path, message }) => `${path === '/' ? whole : path.slice(1).replaceAll('/', '.')} ${message}`);
  return `${lines.join('; ')}${count > NAMED_FAULTS ? `; and ${count - NAMED_FAULTS} more` : ''}`;
}

function faultOf(error: ErrorObject): Fault {
  const params: Readonly<Record<string, unknown>> = error.params;
  const extra = params['additionalProperty'] ?? params['unevaluatedProperty'];
  const allowed = params['allowedValues'];
  const suffix =
    extra !== undefined ? `: "${String(extra)}"` : Array.isArray(allowed) ? `: ${allowed.map(String).join(', ')}` : '';
  const message = `${error.message ?? 'is not valid'}${suffix}`.slice(0, MAX_FAULT_CHARACTERS);
  return { path: error.instancePath || '/', message };
}

type Dialect = typeof Ajv | typeof Ajv2019 | typeof Ajv2020;
/** What checks the schemas themselves: to compile that takes longer than to compile a tool's schema. */
const metaSchemas = new Map<Dialect, InstanceType<Dialect>>();

function dialectOf(dialect: unknown): Dialect | undefined {
  if (dialect === undefined) return Ajv2020;
  if (typeof dialect !== 'string') return undefined;
  if (dialect.includes('/2020-12/')) return Ajv2020;
  if (dialect.includes('/2019-09/')) return Ajv2019;
  return dialect.includes('/draft-07/') ? Ajv : undefined;
}

/** Errors that Node makes for another realm are no instances of this one's Error. */
export function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  return new Error(String(typeof error === 'object' && error !== null && 'message' in error ? error.message : error));
}
