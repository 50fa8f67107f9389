import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { candidate, isObject, momentIn, recordOf, scopeFrom, textIn, unreadable, type Candidate } from './candidate.js';

/**
 * An export of mem0: what `get_all` answers (`{"results": […]}`), the same as `{"memories": […]}`, or the bare list.
 * https://docs.mem0.ai/cookbooks/essentials/exporting-memories
 *
 * @throws SwitchyardError `import.invalid` where it is none of these
 */
export function readMem0(document: JsonValue): Candidate[] {
  return entriesOf(document).map((entry, index) => candidate(`entry ${index + 1}`, () => recordFrom(entry)));
}

/** Whether it looks like one. */
export function isMem0(document: JsonValue): boolean {
  const entries = isObject(document) ? (document['results'] ?? document['memories']) : document;
  if (!Array.isArray(entries)) return false;
  const [first] = entries;
  return isObject(first) ? typeof first['memory'] === 'string' : isObject(document) && entries.length === 0;
}

function entriesOf(document: JsonValue): readonly JsonValue[] {
  const entries = isObject(document) ? (document['results'] ?? document['memories']) : document;
  if (Array.isArray(entries)) return entries;
  throw unreadable('It is no export of mem0: that has a list of memories under "results", or is that list.');
}

function recordFrom(entry: JsonValue): JsonObject {
  if (!isObject(entry)) throw unreadable('It is not an object.');
  // A text of mem0 is the one of its last change.
  const changed = momentIn(entry, 'updated_at') ?? momentIn(entry, 'created_at');
  const categories = Array.isArray(entry['categories']) ? entry['categories'] : [];
  return recordOf({
    id: textIn(entry, 'id'),
    text: textIn(entry, 'memory'),
    tags: categories.filter((category) => typeof category === 'string'),
    scope: scopeFrom({
      user: textIn(entry, 'user_id'),
      agent: textIn(entry, 'agent_id'),
      thread: textIn(entry, 'run_id'),
    }),
    occurred_at: changed,
    valid_from: changed,
    expires_at: momentIn(entry, 'expiration_date'),
  });
}
