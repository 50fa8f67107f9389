import type { ErrorObject } from 'ajv';

/** One thing that is wrong in a suite: where, and why. */
export interface Problem {
  /** `cases[0].scorers[1].pattern`; `(root)` for the suite itself. */
  path: string;
  reason: string;
}

/** ajv's errors in a user's words. Needs `verbose: true`, for the names that are known. */
export function readProblems(errors: readonly ErrorObject[]): Problem[] {
  return errors.map((error) => {
    const at = readPath(error.instancePath);
    switch (error.keyword) {
      case 'required':
        return { path: joinPath(at, String(error.params['missingProperty'])), reason: 'is missing' };
      case 'additionalProperties':
        return {
          path: joinPath(at, String(error.params['additionalProperty'])),
          reason: `unknown key; known are ${knownKeys(error.parentSchema).join(', ')}`,
        };
      case 'enum':
        return {
          path: at || ROOT,
          reason: `is ${shorten(error.data)}; it may be ${allowed(error.params['allowedValues'])}`,
        };
      default:
        return { path: at || ROOT, reason: `is ${shorten(error.data)}; ${rule(error)}` };
    }
  });
}

/** `a` and `b[0]` → `a.b[0]` */
export function joinPath(base: string, path: string): string {
  if (base === '' || base === ROOT) return path;
  if (path === '' || path === ROOT) return base;
  return path.startsWith('[') ? `${base}${path}` : `${base}.${path}`;
}

/** A value as it may stand in a sentence. */
export function shorten(value: unknown, length = 64): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** What a keyword of JSON Schema asks for, in words; ajv's own where a suite's schema does not use it. */
function rule({ keyword, params, message }: ErrorObject): string {
  const limit = Number(params['limit']);
  switch (keyword) {
    case 'type':
      return `it must be ${[params['type']].flat().map(String).join(' or ')}`;
    case 'minItems':
      return `it needs ${quantity(limit, 'item')} or more`;
    case 'maxItems':
      return `it may have ${quantity(limit, 'item')} at most`;
    case 'maxProperties':
      return `it may have ${quantity(limit, 'key')} at most`;
    case 'minLength':
      return `it needs ${quantity(limit, 'character')} or more`;
    case 'maxLength':
      return `it may have ${quantity(limit, 'character')} at most`;
    case 'minimum':
      return `it must be ${limit} or more`;
    case 'exclusiveMinimum':
      return `it must be more than ${limit}`;
    case 'maximum':
      return `it may be ${limit} at most`;
    case 'pattern':
      return `it must match ${String(params['pattern'])}`;
    case 'not':
      return 'that may not stand here';
    case 'anyOf':
      return 'it has none of the forms that may stand here';
    default:
      return `it ${message ?? 'is not valid'}`;
  }
}

function quantity(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const ROOT = '(root)';

/** `/cases/0/id` → `cases[0].id` */
function readPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, token) => joinPath(path, /^\d+$/.test(token) ? `[${token}]` : token), '');
}

function knownKeys(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return [];
  return typeof schema.properties === 'object' && schema.properties !== null ? Object.keys(schema.properties) : [];
}

function allowed(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(', ') : String(values);
}
