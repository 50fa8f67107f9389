import type { JsonValue } from '@switchyard/contracts';

/** The keys and places that lead to a part of a JSON value. */
export type JsonPath = readonly (string | number)[];

/** Deeper parts than people name. */
const MAX_STEPS = 32;

/**
 * Reads a path as suites write it: `order.items[0].price`, and `order["odd key"]` for keys with other characters.
 *
 * @returns undefined where it is none
 */
export function readJsonPath(text: string): JsonPath | undefined {
  const steps: (string | number)[] = [];
  const step = /(?:^|\.)([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (step.lastIndex < text.length) {
    const found = step.exec(text);
    if (found === null || steps.length === MAX_STEPS) return undefined;
    const [, key, place, quoted] = found;
    if (place !== undefined) steps.push(Number(place));
    else if (key !== undefined) steps.push(key);
    else if (quoted !== undefined) {
      const read = unquote(quoted);
      if (read === undefined) return undefined;
      steps.push(read);
    }
  }
  return steps.length === 0 ? undefined : steps;
}

/** A path as it is read again. */
export function writeJsonPath(path: JsonPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (/[.[\]"\\]/.test(step) || step === '') return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The part that a path leads to; undefined where there is none. */
export function valueAt(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((part, step) => {
    if (typeof part !== 'object' || part === null) return undefined;
    if (Array.isArray(part)) return typeof step === 'number' ? part[step] : undefined;
    return Object.hasOwn(part, step) ? part[step] : undefined;
  }, value);
}

function unquote(text: string): string | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'string' ? read : undefined;
  } catch {
    // An escape that JSON does not know: not a path.
    return undefined;
  }
}
