import type { JsonValue } from '@switchyard/contracts';

/** Names; `*` any one of them, `**` any number of them. */
export type FieldPath = readonly string[];

/** `items.id`, `**.url`. @returns undefined where it is none */
export function parseFieldPath(text: string): FieldPath | undefined {
  const names = text
    .replace(/^\$\.?/, '')
    .replace(/\[\*?\]/g, '')
    .split('.');
  return names.every((name) => name !== '') ? names : undefined;
}

/** What is left of a value where only these fields are kept. Lists are looked into, and stay as long as they are. */
export function keepFields(value: JsonValue, paths: readonly FieldPath[]): JsonValue {
  if (paths.some((path) => path.every((name) => name === '**'))) return value;
  if (Array.isArray(value)) return value.map((item) => keepFields(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const below = paths.flatMap((path) => stepsInto(path, name));
      if (below.length === 0 || member === undefined) return [];
      const scalar = typeof member !== 'object' || member === null;
      // A value that is named only as something deeper has nothing of that in it.
      if (scalar && !below.some(isEnd)) return [];
      const kept = below.some((path) => path.length === 0) ? member : keepFields(member, below);
      return isEmptied(member, kept) ? [] : [[name, kept]];
    }),
  );
}

/** The value without these fields. */
export function dropFields(value: JsonValue, paths: readonly FieldPath[]): JsonValue {
  if (Array.isArray(value)) return value.map((item) => dropFields(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const below = paths.flatMap((path) => stepsInto(path, name));
      if (member === undefined || below.some((path) => path.length === 0)) return [];
      return [[name, below.length === 0 ? member : dropFields(member, below)]];
    }),
  );
}

/** The first value at a path. */
export function fieldAt(value: JsonValue, path: FieldPath): JsonValue | undefined {
  if (path.length === 0) return value;
  if (Array.isArray(value)) return firstOf(value, (item) => fieldAt(item, path));
  if (typeof value !== 'object' || value === null) return undefined;
  return firstOf(Object.entries(value), ([name, member]) =>
    member === undefined ? undefined : firstOf(stepsInto(path, name), (below) => fieldAt(member, below)),
  );
}

/** What is left of a path after a member of this name: nothing where it leads elsewhere, two ways from `**`. */
function stepsInto(path: FieldPath, name: string): FieldPath[] {
  const [first, ...rest] = path;
  if (first === '**') return [path, ...stepsInto(rest, name)];
  return first === '*' || first === name ? [rest] : [];
}

function isEnd(path: FieldPath): boolean {
  return path.every((name) => name === '**');
}

/** An object of which nothing was meant, as `**` makes of every one on its way. */
function isEmptied(before: JsonValue, after: JsonValue): boolean {
  return (
    typeof before === 'object' &&
    before !== null &&
    !Array.isArray(before) &&
    typeof after === 'object' &&
    after !== null &&
    Object.keys(before).length > 0 &&
    Object.keys(after).length === 0
  );
}

function firstOf<T, R>(list: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
