import type { MemoryUnderTest } from './memory-under-test.js';

/** As often as one hallucination was found in the store of a peer after a month. */
const SAVES = 668;

/** Saves one statement over and over, and looks for what became of it. */
export async function measureReplays(memory: MemoryUnderTest): Promise<{ saves: number; rows: number; count: number }> {
  const scope = { tenant: 'default', user: 'replays' };
  const ids = new Set<string>();
  let highest = 0;
  for (let save = 0; save < SAVES; save += 1) {
    const { id, count } = await memory.remember(scope, 'The user prefers tea without sugar');
    ids.add(id);
    highest = Math.max(highest, count);
  }
  return { saves: SAVES, rows: ids.size, count: highest };
}
