import { generate } from './generator/generate.js';
import type { MemoryUnderTest } from './memory-under-test.js';

/** Episodes a second through the RPC, embedded later; one request after the other, a session each. */
export async function measureWrites(
  memory: MemoryUnderTest,
  scale: number,
): Promise<{ episodes: number; per_s: number }> {
  const conversations = generate({ seed: 2, conversations: Math.ceil(20 * scale), sessions: 16, chatter: 12 });
  let episodes = 0;
  const begun = performance.now();
  for (const { id, sessions } of conversations)
    for (const session of sessions) {
      await memory.recordEpisodes({ tenant: 'default', user: `writes-${id}` }, session.id, session.turns);
      episodes += session.turns.length;
    }
  return { episodes, per_s: (1_000 * episodes) / (performance.now() - begun) };
}
