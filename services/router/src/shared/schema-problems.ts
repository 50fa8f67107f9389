import { nearestNames } from '@switchyard/contracts';
import type { ErrorObject } from 'ajv';

/** One thing that is wrong in a document: where, and why. */
export interface Problem {
  /** `model.capabilities[0]`; `(root)` for the document itself. */
  path: string;
  reason: string;
}

/** ajv's errors in a user's words, one a place. Needs `verbose: true`, for the names that were allowed. */
export function readProblems(errors: readonly ErrorObject[]): Problem[] {
  return errors.map((error) => {
    if (error.keyword === 'additionalProperties') return unknownKey(error);
    if (error.keyword === 'required') return missingKey(error);
    return { path: readPath(error.instancePath), reason: reasonOf(error) };
  });
}

/** The problems as a sentence that a person reads. */
export function listProblems(problems: readonly Problem[]): string {
  const list = problems.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
  return list.endsWith('?') ? list : `${list}.`;
}

function unknownKey(error: ErrorObject): Problem {
  const key = String(error.params['additionalProperty']);
  const known = Object.keys(objectOf(objectOf(error.parentSchema)['properties']));
  const [near] = nearestNames(key, known);
  const hint = near === undefined ? `Known keys: ${known.join(', ')}` : `Did you mean "${near}"?`;
  return { path: join(error.instancePath, key), reason: `unknown key. ${hint}` };
}

function missingKey(error: ErrorObject): Problem {
  return { path: join(error.instancePath, String(error.params['missingProperty'])), reason: 'is missing' };
}

function reasonOf(error: ErrorObject): string {
  const found = shorten(error.data);
  switch (error.keyword) {
    case 'enum': {
      const allowed: unknown = error.params['allowedValues'];
      const names = Array.isArray(allowed) ? allowed.map(String) : [];
      const [near] = typeof error.data === 'string' ? nearestNames(error.data, names) : [];
      return `is ${found}; it may be ${names.join(', ')}${near === undefined ? '' : `. Did you mean "${near}"?`}`;
    }
    case 'pattern': {
      const described: unknown = objectOf(error.parentSchema)['description'];
      return `is ${found}; it may have ${typeof described === 'string' ? described : String(error.params['pattern'])}`;
    }
    case 'type':
      return `is ${found}; it must be ${String(error.params['type'])}`;
    case 'uniqueItems':
      return `names ${shorten(itemAt(error.data, error.params['i']))} twice`;
    default:
      return `is ${found}; it ${error.message ?? `breaks the rule ${error.keyword}`}`;
  }
}

/** `/tools/0/name` → `tools[0].name` */
function readPath(pointer: string): string {
  const path = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (text, token) => (/^\d+$/.test(token) ? `${text}[${token}]` : text === '' ? token : `${text}.${token}`),
      '',
    );
  return path === '' ? '(root)' : path;
}

function join(pointer: string, key: string): string {
  return pointer === '' ? key : `${readPath(pointer)}.${key}`;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 64 ? `${text.slice(0, 61)}…` : text;
}

function itemAt(list: unknown, index: unknown): unknown {
  return Array.isArray(list) && typeof index === 'number' ? list[index] : list;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
