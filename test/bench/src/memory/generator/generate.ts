import type { Conversation, Question, Session } from '../corpus.js';
import { seeded, type Seeded } from './seeded.js';
import { CHATTER, PEOPLE, REPLIES, SUBJECTS, TOPICS, type Topic } from './topics.js';

const START = Date.UTC(2025, 0, 6, 18);
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface GeneratorOptions {
  seed: number;
  conversations: number;
  /** Of a conversation, a week apart. */
  sessions: number;
  /** Things that are said beside what is asked for, in a session. */
  chatter: number;
}

interface Said {
  value: string;
  turn: string;
  session: number;
  retracted: boolean;
}

/** Conversations of two people over months, with what is asked of them and where the answer stands. The seed decides all. */
export function generate({ seed, conversations, sessions, chatter }: GeneratorOptions): Conversation[] {
  return Array.from({ length: conversations }, (_, index) =>
    converse(seeded(seed * 1_000 + index), index, sessions, chatter),
  );
}

function converse(random: Seeded, index: number, count: number, chatter: number): Conversation {
  const people = PEOPLE[index % PEOPLE.length] ?? ['Ida', 'Jon'];
  const sessions: Session[] = Array.from({ length: count }, (_, number) => ({
    id: `session_${number + 1}`,
    turns: [],
  }));
  const say = (number: number, speaker: string, text: string): string => {
    const turns = sessions[number]?.turns ?? [];
    const id = `D${number + 1}:${turns.length + 1}`;
    turns.push({ id, text, speaker, occurredAt: timeOf(number, turns.length) });
    return id;
  };
  const histories = people.flatMap((person) => TOPICS.map((topic) => ({ person, topic, said: [] as Said[] })));
  for (let number = 0; number < count; number += 1) {
    for (let n = 0; n < chatter; n += 1) say(number, people[n % 2] ?? '', chat(random, people[(n + 1) % 2] ?? ''));
    for (const { person, topic, said } of histories) {
      // Each thing is said in some sessions only: first, changed, repeated or taken back.
      if (random.next() > 2.5 / count) continue;
      const other = people.find((name) => name !== person) ?? '';
      const next = nextOf(random, topic, said);
      const turn = say(number, person, `${next.text}. ${chat(random, other)}`);
      said.push({ value: next.value, turn, session: number, retracted: next.retracted });
      say(number, other, fill(random.pick(REPLIES), { v: next.value, p: person }));
    }
  }
  const questions = histories.flatMap(({ person, topic, said }) => questionsOf(random, person, topic, said));
  return { id: `generated-${index + 1}`, sessions: sessions.filter(({ turns }) => turns.length > 0), questions };
}

function nextOf(random: Seeded, topic: Topic, said: readonly Said[]) {
  const last = said.at(-1);
  const unused = topic.values.filter((value) => value !== last?.value);
  const value = unused[random.below(unused.length)] ?? topic.values[0];
  if (!last || last.retracted) return { value, text: fill(random.pick(topic.first), { v: value }), retracted: false };
  const old = last.value;
  if (random.next() < 0.15) return { value: old, text: fill(random.pick(topic.retract), { v: old }), retracted: true };
  return { value, text: fill(random.pick(topic.change), { v: value, o: old }), retracted: false };
}

function questionsOf(random: Seeded, person: string, topic: Topic, said: readonly Said[]): Question[] {
  const last = said.at(-1);
  if (!last) return [];
  const text = fill(random.pick(topic.ask), { p: person });
  const before = said.slice(0, -1).map(({ turn }) => turn);
  const evidence = [[last.turn]];
  if (before.length === 0) return [{ text, category: 'single', evidence }];
  const update = { current: [last.turn], superseded: before };
  const [first] = said;
  const asOf = new Date(timeOf(last.session, 0).getTime() - DAY_MS);
  const then = said.filter(({ session }) => session < last.session).at(-1) ?? first;
  const past: Question[] =
    then && then.session < last.session ? [{ text, category: 'as-of', evidence: [[then.turn]], asOf }] : [];
  return [{ text, category: last.retracted ? 'retracted' : 'changed', evidence, update }, ...past];
}

function chat(random: Seeded, other: string): string {
  return fill(random.pick(CHATTER), { s: random.pick(SUBJECTS), t: random.pick(SUBJECTS), p: other });
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$([a-z])/g, (whole, name: string) => values[name] ?? whole);
}

function timeOf(session: number, turn: number): Date {
  return new Date(START + session * 7 * DAY_MS + turn * MINUTE_MS);
}
