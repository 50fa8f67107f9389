import type { JsonValue } from '@switchyard/contracts';
import type { Conversation, Question, Session, Turn } from '../corpus.js';
import { ASSISTANT } from '../generator/topics/small-talk.js';

/** The kind of BEAM for each kind that has one there; the others are left out. */
const CATEGORIES: Readonly<Record<string, string>> = {
  'single-hop': 'information_extraction',
  'multi-hop': 'multi_session_reasoning',
  temporal: 'temporal_reasoning',
  update: 'knowledge_update',
};
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

export interface BeamChat {
  /** `chat.json` */
  chat: JsonValue;
  /** `probing_questions/probing_questions.json` */
  probing: JsonValue;
}

/** One of the two people with the assistant, in the format of a folder of `chats/100K`: a chat there has one user. */
export function toBeam({ sessions, questions }: Conversation): BeamChat {
  const user = sessions.flatMap(({ turns }) => turns).find(({ speaker }) => speaker !== ASSISTANT)?.speaker;
  const kept = sessions.map(({ turns }) => turns.filter(({ speaker }) => speaker === user || speaker === ASSISTANT));
  const numbers = new Map(kept.flat().map(({ id }, index) => [id, index]));
  return { chat: kept.map((turns, index) => batchOf(turns, index, numbers)), probing: probingOf(questions, numbers) };
}

function batchOf(turns: Session['turns'], index: number, numbers: ReadonlyMap<string, number>): JsonValue {
  return {
    batch_number: index + 1,
    time_anchor: null,
    turns: turns.map((turn, place) => [messageOf(turn, place, `${index + 1},${place + 1}`, numbers.get(turn.id) ?? 0)]),
  };
}

function messageOf({ text, speaker, occurredAt }: Turn, place: number, plan: string, id: number): JsonValue {
  const asked = speaker !== ASSISTANT;
  return {
    role: asked ? 'user' : ASSISTANT,
    id,
    ...(place === 0 && { time_anchor: anchor(occurredAt) }),
    content: asked ? `${text} ->-> ${plan}` : text,
  };
}

function probingOf(questions: readonly Question[], numbers: ReadonlyMap<string, number>): JsonValue {
  const of = (ids: readonly string[]) => ids.flatMap((id) => numbers.get(id) ?? []);
  const asked = questions.flatMap(({ text, category, evidence, update }) => {
    const name = CATEGORIES[category];
    const ids = evidence.map(of);
    // All evidence has to be this user's.
    if (name === undefined || ids.some((group) => group.length === 0)) return [];
    const last = ids.flatMap((group) => group.slice(-1));
    const sources = update ? { original_info: of(update.superseded), updated_info: last } : last;
    return [{ name, entry: { question: text, answer: '', source_chat_ids: sources } }];
  });
  return Object.fromEntries(
    Object.values(CATEGORIES).map((name) => [name, asked.filter((one) => one.name === name).map(({ entry }) => entry)]),
  );
}

/** "January-06-2025" */
function anchor(at: Date): string {
  return `${MONTHS[at.getUTCMonth()] ?? ''}-${String(at.getUTCDate()).padStart(2, '0')}-${at.getUTCFullYear()}`;
}
