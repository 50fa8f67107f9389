import type { JsonValue } from '@switchyard/contracts';
import type { Conversation, Question, Session } from '../corpus.js';

/** The category of `locomo10.json` for each kind that has one there; the others are left out. */
const CATEGORIES: Readonly<Record<string, number>> = {
  'multi-hop': 1,
  temporal: 2,
  'single-hop': 4,
  update: 4,
  retracted: 4,
};
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** Conversations in the format of `locomo10.json`. Answers are left empty: what is measured is where they stand. */
export function toLocomo(conversations: readonly Conversation[]): JsonValue {
  return conversations.map(({ id, sessions, questions }) => ({
    sample_id: id,
    conversation: Object.fromEntries([...speakersOf(sessions), ...sessions.flatMap(sessionOf)]),
    qa: questions.flatMap(qaOf),
  }));
}

function speakersOf(sessions: readonly Session[]): [string, JsonValue][] {
  const names = [...new Set(sessions.flatMap(({ turns }) => turns.map(({ speaker }) => speaker)))];
  return [
    ['speaker_a', names[0] ?? ''],
    ['speaker_b', names[1] ?? ''],
  ];
}

function sessionOf({ id, turns }: Session): [string, JsonValue][] {
  const begun = turns[0]?.occurredAt ?? new Date(0);
  return [
    [`${id}_date_time`, spoken(begun)],
    [id, turns.map(({ id: dia_id, speaker, text }) => ({ speaker, dia_id, text }))],
  ];
}

function qaOf({ text, category, evidence }: Question): JsonValue[] {
  const number = CATEGORIES[category];
  if (number === undefined) return [];
  // There, all that is named is needed: of several that say the same, the last.
  return [{ question: text, answer: '', evidence: evidence.flatMap((group) => group.slice(-1)), category: number }];
}

/** "6:05 pm on 6 January, 2025" */
function spoken(at: Date): string {
  const hours = at.getUTCHours();
  const minutes = String(at.getUTCMinutes()).padStart(2, '0');
  const half = hours < 12 ? 'am' : 'pm';
  const month = MONTHS[at.getUTCMonth()] ?? '';
  return `${hours % 12 === 0 ? 12 : hours % 12}:${minutes} ${half} on ${at.getUTCDate()} ${month}, ${at.getUTCFullYear()}`;
}
