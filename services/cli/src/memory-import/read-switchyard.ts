import { fromStore, MemoryRecordSchema, toWire, type JsonObject, type MemoryRecord } from '@switchyard/contracts';
import { unreadable } from './candidate.js';

/**
 * A line of `switchyard memory export`. Fields of a newer version are passed over.
 *
 * @throws SwitchyardError `import.invalid`
 */
export function readSwitchyard(line: JsonObject): JsonObject {
  const { memory } = parse(line);
  if (!memory || memory.text.trim() === '') throw unreadable('It has no text.');
  // What was known of it when is the story of another store: this one knows it from now on.
  return toWire(MemoryRecordSchema, { ...parse({}), memory });
}

function parse(line: JsonObject): MemoryRecord {
  try {
    return fromStore(MemoryRecordSchema, line);
  } catch (cause) {
    throw unreadable(`It is no line of "switchyard memory export": ${cause instanceof Error ? cause.message : ''}`);
  }
}
