import type { Conversation } from './corpus.js';
import type { Hit, MemoryUnderTest } from './memory-under-test.js';
import { byCategory, rankOf, recallFigures, type Outcome, type Ranking, type RecallFigures } from './recall-metrics.js';
import { updateFigures, updateOutcome, type UpdateFigures, type UpdateOutcome } from './update-metrics.js';

const LIMIT = 10;
const DEEP_LIMIT = 20;

export interface CorpusFigures {
  recall: RecallFigures;
  categories: Record<string, RecallFigures>;
  updates: UpdateFigures;
  /** The same of what two say differently: `current` is who knows, `superseded` who does not. */
  contradictions: UpdateFigures;
}

/** Tells a memory each conversation, in a scope of its own, and asks it what is asked of them, with its default settings. */
export async function measureRecall(
  memory: MemoryUnderTest,
  name: string,
  conversations: readonly Conversation[],
): Promise<CorpusFigures> {
  const scoped = conversations.map((conversation) => ({
    conversation,
    scope: { tenant: 'default', user: `${name}-${conversation.id}` },
    turnsOf: new Map<string, Set<string>>(),
  }));
  for (const { conversation, scope, turnsOf } of scoped)
    for (const { id, turns } of conversation.sessions) {
      const ids = await memory.recordEpisodes(scope, `${scope.user}/${id}`, turns);
      turns.forEach((turn, index) => {
        const stored = ids[index] ?? '';
        turnsOf.set(stored, (turnsOf.get(stored) ?? new Set()).add(turn.id));
      });
    }
  await memory.ready();
  const outcomes: Outcome[] = [];
  const updates: UpdateOutcome[] = [];
  const contradictions: UpdateOutcome[] = [];
  for (const { conversation, scope, turnsOf } of scoped)
    for (const { text, category, evidence, update, contradiction, asOf } of conversation.questions) {
      const ask = async (limit: number) => rankingOf(await memory.recall(scope, text, limit, asOf), turnsOf);
      // What is asked for changes what is compared: the first ten are those of who asks for ten.
      const [first, deep] = [await ask(LIMIT), await ask(DEEP_LIMIT)];
      const ranks = evidence.map((turns) => rankOf(first, turns) ?? beyond(rankOf(deep, turns)));
      outcomes.push({ category, ranks });
      if (update) updates.push(updateOutcome(first, update));
      if (contradiction) {
        const { trusted: current, doubted: superseded } = contradiction;
        contradictions.push(updateOutcome(first, { current, superseded }));
      }
    }
  return {
    recall: recallFigures(outcomes),
    categories: byCategory(outcomes),
    updates: updateFigures(updates),
    contradictions: updateFigures(contradictions),
  };
}

function rankingOf(hits: readonly Hit[], turnsOf: ReadonlyMap<string, ReadonlySet<string>>): Ranking {
  return hits.map(({ standsFor }) => new Set(standsFor.flatMap((id) => [...(turnsOf.get(id) ?? [])])));
}

/** What was not among the first ten is not, wherever it stands when twenty are asked for. */
function beyond(rank: number | undefined): number | undefined {
  return rank === undefined ? undefined : Math.max(rank, LIMIT + 1);
}
