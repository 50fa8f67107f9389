import type { JsonObject } from '@switchyard/contracts';
import type { MemoryRow } from '../persistence/memory-row.js';

/** Characters of one episode that are told: who pastes a book says little in it about himself. */
const MAX_TEXT = 16_000;

/** What an agent is given that is asked for facts; see examples/memory-facts.yaml for what it answers. */
export function factsInput(episodes: readonly MemoryRow[], known: readonly MemoryRow[]): JsonObject {
  return {
    episodes: episodes.map(({ id, speaker, occurred_at: time, text }) => ({
      id,
      speaker,
      time: time.toISOString(),
      text: text.slice(0, MAX_TEXT),
    })),
    known: known.map(({ id, text }) => ({ id, statement: text })),
  };
}
