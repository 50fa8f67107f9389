import type { JsonValue } from '@switchyard/contracts';

/** An output as text: a string as it is, nothing as the empty text, all else as JSON. */
export function outputText(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The JSON that an output is, or that its text holds, bare or in one fenced block; undefined where it is none. */
export function outputJson(value: JsonValue): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/i.exec(value)?.[1];
  try {
    return JSON.parse(fenced ?? value) as JsonValue;
  } catch {
    // Not JSON is an answer here, and what is asked.
    return undefined;
  }
}
