import type { JsonValue } from '../json.js';
import { SchemaRefusal } from './projection.js';

/** As much as arguments are checked against (see argument-validator.ts): what cannot be checked need not be offered. */
const MAX_CHARACTERS = 256 * 1_024;
/** JSON levels; providers stop at 10 levels of objects, which are about 20 of these. */
const MAX_LEVELS = 128;
/** The most that any provider publishes (OpenAI). */
const MAX_PROPERTIES = 5_000;

/**
 * Refuses a schema that would cost more to look at than any tool is worth, before anything else looks at it. Ends for everything, objects
 * that contain themselves included, because it stops at the first limit and uses no stack.
 */
export function checkInput(schema: JsonValue): void {
  let characters = 0;
  let properties = 0;
  const pending: { value: JsonValue | undefined; levels: number; within: string }[] = [
    { value: schema, levels: 0, within: '' },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, levels, within } = next;
    characters += typeof value === 'string' ? value.length + 2 : 2;
    if (characters > MAX_CHARACTERS)
      throw new SchemaRefusal('too_large', '', `The schema is larger than ${MAX_CHARACTERS} characters.`);
    if (typeof value !== 'object' || value === null) continue;
    if (levels >= MAX_LEVELS)
      throw new SchemaRefusal('too_deep', '', `The schema nests deeper than ${MAX_LEVELS} levels.`);
    const keys = Object.keys(value);
    if (within === 'properties') properties += keys.length;
    if (properties > MAX_PROPERTIES)
      throw new SchemaRefusal('too_many_properties', '', `The schema has more than ${MAX_PROPERTIES} properties.`);
    for (const [key, member] of Object.entries(value)) {
      if (key === '__proto__')
        throw new SchemaRefusal('unsafe_key', '', 'The schema has a key "__proto__", which no object can safely have.');
      if (!Array.isArray(value)) characters += key.length + 3;
      pending.push({ value: member, levels: levels + 1, within: key });
    }
  }
}
