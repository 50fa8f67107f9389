import { groupBy } from '../group-by.js';
import type { ImportedRecord } from './read-record.js';

/** Records that can be stored at once: of one scope and conversation, and all that they rest on is in a group before. */
export interface ImportGroup {
  scope: ImportedRecord['scope'];
  records: readonly ImportedRecord[];
}

/**
 * Puts records behind what they rest on. Where they rest on each other in a circle, the first of them no longer rests on
 * those behind it: what says itself is no evidence.
 */
export function inOrder(records: readonly ImportedRecord[]): ImportGroup[] {
  const levels = levelsOf(records);
  const keyed = records.map((record) => {
    const { scope, statement } = record;
    const level = String(levels.get(record) ?? 0).padStart(4, '0');
    return { record, key: JSON.stringify([level, scope.agent, scope.user, scope.thread, statement.conversation]) };
  });
  // A stable sort: within a level the groups stand in the order in which they came.
  const sorted = keyed.sort((a, b) => (levels.get(a.record) ?? 0) - (levels.get(b.record) ?? 0));
  return [...groupBy(sorted, ({ key }) => key).values()].flatMap((group) =>
    group[0] ? [{ scope: group[0].record.scope, records: group.map(({ record }) => record) }] : [],
  );
}

function levelsOf(records: readonly ImportedRecord[]): Map<ImportedRecord, number> {
  const byOwnId = new Map(records.filter(({ ownId }) => ownId !== '').map((record) => [record.ownId, record]));
  const levels = new Map<ImportedRecord, number>();
  let waiting = [...records];
  while (waiting.length > 0) {
    const here = (record: ImportedRecord) => record.evidence.flatMap((id) => byOwnId.get(id) ?? []);
    const ready = waiting.filter((record) => here(record).every((other) => levels.has(other)));
    // A circle: broken at its first record.
    const placed = new Set(ready.length > 0 ? ready : waiting.slice(0, 1));
    const found = [...placed].map((record): [ImportedRecord, number] => [
      record,
      1 + Math.max(-1, ...here(record).map((other) => levels.get(other) ?? -1)),
    ]);
    for (const [record, level] of found) levels.set(record, level);
    waiting = waiting.filter((record) => !placed.has(record));
  }
  return levels;
}
