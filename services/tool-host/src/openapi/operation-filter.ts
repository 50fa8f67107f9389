/** What an operation is chosen by. */
export interface Choosable {
  /** Its operationId, or the name that stands for it. */
  name: string;
  /** Upper case. */
  method: string;
  path: string;
  tags: readonly string[];
}

export interface OperationPattern {
  /** As it was written. */
  text: string;
  excludes: boolean;
  matches(operation: Choosable): boolean;
}

export const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'];

/**
 * Reads `listPets`, `list*`, `tag:pets`, `GET`, `/pets/**`, `GET /pets/*`, each with `!` before it for what is left out.
 * In a path `*` is any letters but "/", and `**` any at all.
 *
 * @returns undefined where the text is none of these
 */
export function parsePattern(text: string): OperationPattern | undefined {
  const excludes = text.startsWith('!');
  const wanted = (excludes ? text.slice(1) : text).trim();
  const matches = matcherOf(wanted);
  return matches && { text, excludes, matches };
}

/** Whether an operation is among those that are meant: matched by one of the patterns, or there are none, and left out by none. */
export function isChosen(operation: Choosable, patterns: readonly OperationPattern[]): boolean {
  if (patterns.some((pattern) => pattern.excludes && pattern.matches(operation))) return false;
  const wanted = patterns.filter(({ excludes }) => !excludes);
  return wanted.length === 0 || wanted.some((pattern) => pattern.matches(operation));
}

function matcherOf(wanted: string): OperationPattern['matches'] | undefined {
  if (wanted.startsWith('tag:')) {
    const tag = globOf(wanted.slice(4));
    return ({ tags }) => tags.some(tag);
  }
  const [first = '', second, third] = wanted.split(/\s+/);
  if (third !== undefined || first === '') return undefined;
  const method = METHODS.includes(first.toUpperCase()) ? first.toUpperCase() : undefined;
  if (second !== undefined) {
    const path = pathOf(second);
    return method && path ? (operation) => operation.method === method && path(operation.path) : undefined;
  }
  if (method && first === method) return (operation) => operation.method === method;
  const path = pathOf(first);
  if (path) return (operation) => path(operation.path);
  const name = globOf(first);
  return (operation) => name(operation.name);
}

function pathOf(text: string): ((path: string) => boolean) | undefined {
  return text.startsWith('/') ? globOf(text, '[^/]*') : undefined;
}

/** @param one what a single `*` stands for */
function globOf(text: string, one = '.*'): (value: string) => boolean {
  const source = text
    .split(/(\*+)/)
    .map((piece) => {
      if (!piece.startsWith('*')) return piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
      return piece.length > 1 ? '.*' : one;
    })
    .join('');
  const whole = new RegExp(`^${source}$`, 's');
  return (value) => whole.test(value);
}
