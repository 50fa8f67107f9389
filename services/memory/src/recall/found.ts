import type { MemoryRow } from '../persistence/memory-row.js';
import type { Parts } from '../ranking/fuse.js';
import type { Placement } from '../reranking/put-in-order.js';

/** What was found, the best first, and why each of it was. */
export interface Found {
  hits: Hit[];
  explained: (hit: Hit, duplicates: readonly string[]) => string;
}

/** A hit with what decides its place. */
export interface Hit {
  id: string;
  text: string;
  score: number;
  state: string;
  supersededBy: string;
  subject: string;
  trust: number;
  validFrom: Date;
  row: MemoryRow;
  parts: Parts;
  placed?: Placement;
}

export function hitOf(row: MemoryRow, score: number, parts: Parts): Hit {
  const { id, text, state, subject, trust, superseded_by: supersededBy } = row;
  return {
    id,
    text,
    state,
    subject,
    trust,
    supersededBy,
    score,
    parts,
    row,
    validFrom: row.valid_from ?? row.occurred_at,
  };
}
