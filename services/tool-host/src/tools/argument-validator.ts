import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { SwitchyardError, type JsonObject, type ToolDefinition } from '@switchyard/contracts';
import { bounded } from '@switchyard/service';
import { messageOf } from '../shared/error-text.js';

/** A schema larger than this is refused: compiling it would cost more than any tool is worth. */
const MAX_SCHEMA_BYTES = 256 * 1024;
/** Patterns come from servers and texts from models, and some pairs of them take hours: `(a+)+$` on forty letters. */
const TIME_LIMIT_MS = 1_000;
/** How many faults an error names. */
const MAX_FAULTS = 10;
/** How many compiled schemas are kept; the oldest go first. */
const MAX_COMPILED = 2_000;

/**
 * Checks arguments against a tool's JSON Schema: 2020-12, or the draft that the schema names itself (servers write
 * draft-07 a lot). Compiled once a fingerprint. A `$ref` to another document is never fetched: it makes the schema invalid.
 */
export class ArgumentValidator {
  private readonly compiled = new Map<string, ValidateFunction>();

  /** @throws SwitchyardError `tool.schema_invalid` when the tool's own schema cannot be used. */
  prepare(definition: ToolDefinition): void {
    this.validatorOf(definition);
  }

  /** @throws SwitchyardError `tool.invalid_arguments` with the paths of what is wrong. */
  check(definition: ToolDefinition, args: JsonObject): void {
    const validate = this.validatorOf(definition);
    const late = (cause: unknown) =>
      new SwitchyardError(
        'tool.invalid_arguments',
        `The arguments of "${definition.name}" could not be checked against its schema within ${TIME_LIMIT_MS} ms. Send shorter ones.`,
        { details: { tool: definition.name }, cause },
      );
    if (bounded(TIME_LIMIT_MS, () => validate(args), late)) return;
    const faults = (validate.errors ?? []).slice(0, MAX_FAULTS).map(describeFault);
    throw new SwitchyardError(
      'tool.invalid_arguments',
      `The arguments of "${definition.name}" do not fit its schema: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}. Correct them and call again.`,
      { details: { tool: definition.name, faults } },
    );
  }

  private validatorOf(definition: ToolDefinition): ValidateFunction {
    const known = this.compiled.get(definition.fingerprint);
    if (known) return known;
    const validate = compile(definition);
    const oldest = this.compiled.size >= MAX_COMPILED ? this.compiled.keys().next().value : undefined;
    if (oldest !== undefined) this.compiled.delete(oldest);
    this.compiled.set(definition.fingerprint, validate);
    return validate;
  }
}

function compile(definition: ToolDefinition): ValidateFunction {
  const schema = definition.parameters ?? {};
  const unusable = (why: string, cause?: unknown) =>
    new SwitchyardError('tool.schema_invalid', `The schema of tool "${definition.name}" cannot be used: ${why}`, {
      details: { tool: definition.name },
      cause,
    });
  if (JSON.stringify(schema).length > MAX_SCHEMA_BYTES) throw unusable(`it is larger than ${MAX_SCHEMA_BYTES} bytes.`);
  const type = schema['type'];
  if (type !== undefined && type !== 'object')
    throw unusable('arguments are an object, and the schema says otherwise.');
  try {
    return validatorFor(schema).compile(schema);
  } catch (cause) {
    throw unusable(`${messageOf(cause)}.`, cause);
  }
}

/** An instance a schema: two tools may use the same `$id`. Formats are annotations, as 2020-12 has them by default. */
function validatorFor(schema: JsonObject): Ajv {
  const options: Options = {
    strict: false,
    allErrors: true,
    validateFormats: false,
    unicodeRegExp: false,
    logger: false,
  };
  const dialect = schema['$schema'];
  if (dialect === undefined || (typeof dialect === 'string' && dialect.includes('/2020-12/')))
    return new Ajv2020(options);
  if (typeof dialect === 'string' && dialect.includes('/2019-09/')) return new Ajv2019(options);
  if (typeof dialect === 'string' && dialect.includes('/draft-07/')) return new Ajv(options);
  throw new TypeError(`its dialect ${JSON.stringify(dialect)} is not known; use JSON Schema 2020-12.`);
}

function describeFault(error: ErrorObject): { path: string; message: string } {
  const params: Readonly<Record<string, unknown>> = error.params;
  const extra = params['additionalProperty'] ?? params['unevaluatedProperty'];
  const allowed = params['allowedValues'];
  const suffix =
    extra !== undefined ? `: "${String(extra)}"` : Array.isArray(allowed) ? `: ${allowed.map(String).join(', ')}` : '';
  return { path: error.instancePath || '/', message: `${error.message ?? 'is not valid'}${suffix}` };
}
