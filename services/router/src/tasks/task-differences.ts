import { fromValue, withoutReplayMark, type JsonObject, type JsonValue, type TaskRequest } from '@switchyard/contracts';
import type { RunRecord } from '@switchyard/journal';

/** What its run tells of a task. */
export type ToldOfTask = Pick<RunRecord, 'input' | 'user' | 'metadata' | 'priority'>;

/**
 * The fields in which a task differs from another one that has its key: so much as the other one's row and run tell. Pure.
 *
 * @param run of the other one; undefined where it has none of its own
 * @returns at least one; where none of those that are told differs, those that are not
 */
export function taskDifferences(
  request: TaskRequest,
  known: { agent: string; thread: string | null },
  run: ToldOfTask | undefined,
): string[] {
  const pairs: [string, JsonValue, JsonValue][] = [
    ['agent', request.agent, known.agent],
    ['thread', request.thread, known.thread ?? ''],
  ];
  if (run) {
    pairs.push(
      ['input', fromValue(request.input), run.input],
      ['user', request.user, run.user],
      // The router marks a run that is answered from a record; a task cannot.
      ['metadata', withoutReplayMark(request.metadata), withoutReplayMark(run.metadata)],
      ['priority', request.priority === 'high' ? 'high' : '', run.priority],
    );
  }
  const different = pairs.filter(([, one, other]) => sorted(one) !== sorted(other)).map(([field]) => field);
  if (different.length > 0) return different;
  return run ? ['version, backend, fallbacks, limits or fixtures'] : ['what it says or asks for'];
}

/** One text for one value: a database gives the members of an object in another order. */
function sorted(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: JsonValue) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
