import type { MemoryRow } from '../persistence/memory-row.js';

/**
 * A memory as it stood at a moment: what ended later was current then, whatever became of it since.
 *
 * @param moment undefined: now, as it is stored
 */
export function stateAt(row: MemoryRow, moment: Date | undefined): MemoryRow {
  if (!moment) return row;
  const ended = row.valid_to !== null && row.valid_to <= moment;
  return { ...row, state: ended ? 'superseded' : 'current', superseded_by: ended ? row.superseded_by : '' };
}
