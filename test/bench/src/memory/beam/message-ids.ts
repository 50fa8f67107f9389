import type { JsonValue } from '@switchyard/contracts';

/** Ids of messages in `source_chat_ids`: a list, lists by name, or lists in lists, of numbers or numerals; each once. */
export function messageIds(value: JsonValue | undefined): string[] {
  return [...new Set(flat(value))];
}

function flat(value: JsonValue | undefined): string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') return /^\d+$/.test(value.trim()) ? [String(Number(value))] : [];
  if (value === null || value === undefined || typeof value === 'boolean') return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(flat);
}
