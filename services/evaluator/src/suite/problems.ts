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
        return { path: at || ROOT, reason: `is ${shorten(error.data)}; it ${error.message ?? 'is not valid'}` };
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
