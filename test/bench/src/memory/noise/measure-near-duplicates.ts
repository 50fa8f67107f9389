import { seeded } from '../generator/seeded.js';
import type { MemoryUnderTest } from '../memory-under-test.js';
import { LOOKALIKES, statements } from './statements.js';
import { vary } from './vary.js';

const WRITES = 10_000;
const AT_ONCE = 16;

export interface NearDuplicateFigures {
  writes: number;
  statements: number;
  rows: number;
  /** Of the rows that are left, those that say what another one says. */
  near_duplicates: number;
  /** Pairs that look alike and say different things, and became one row: none may. */
  merged_lookalikes: number;
}

/** Saves statements over and over as people repeat themselves, and counts the rows that are left. */
export async function measureNearDuplicates(memory: MemoryUnderTest, scale: number): Promise<NearDuplicateFigures> {
  const random = seeded(1);
  const scope = { tenant: 'default', user: 'near-duplicates' };
  const all = statements();
  const writes = Math.ceil(WRITES * scale);
  const texts = Array.from({ length: writes }, (_, n) => {
    const index = n % all.length;
    return { index, text: vary(all[index] ?? '', random) };
  });
  const rowsOf = new Map<number, Set<string>>();
  for (let from = 0; from < texts.length; from += AT_ONCE)
    await Promise.all(
      texts.slice(from, from + AT_ONCE).map(async ({ index, text }) => {
        const { id } = await memory.remember(scope, text);
        rowsOf.set(index, (rowsOf.get(index) ?? new Set()).add(id));
      }),
    );
  const rows = [...rowsOf.values()].reduce((sum, ids) => sum + ids.size, 0);
  let merged = 0;
  for (const pair of LOOKALIKES) {
    const ids = new Set<string>();
    for (const text of pair) ids.add((await memory.remember(scope, text)).id);
    if (ids.size < pair.length) merged += 1;
  }
  const share = (rows - rowsOf.size) / rows;
  return { writes, statements: rowsOf.size, rows, near_duplicates: share, merged_lookalikes: merged };
}
