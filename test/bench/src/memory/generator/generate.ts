import type { Conversation, Question } from '../corpus.js';
import { chainsOf, ofBoth } from './chains.js';
import { fill, sentence } from './fill.js';
import { liveOf } from './life.js';
import { isPlain, questionsOf, turnsOfNow, type Told } from './questions.js';
import { Script } from './script.js';
import { seeded, type Seeded } from './seeded.js';
import { tell, type Said, type Setting } from './tell.js';
import { TOPICS } from './topics/index.js';
import { THIRD_NAMES } from './topics/relations.js';
import { ADVICE, ASSISTANT, CHATTER, FIRST_NAMES } from './topics/small-talk.js';
import type { Topic } from './topics/topic.js';

/** Of a conversation; both people have something to say of each. */
const TOPICS_EACH = 14;
/** Third ones whom a person speaks of. */
const THIRDS_EACH = 3;
/** Of small talk, how often the assistant answers at length. */
const ADVISED = 0.2;
const MAX_ADVICE = 8;

export interface GeneratorOptions {
  seed: number;
  conversations: number;
  /** Of a conversation, a week apart. */
  sessions: number;
  /** Things that are said beside what is asked for, in a session. */
  chatter: number;
}

/** Conversations of two people over months, with what is asked of them and where the answer stands. The seed decides all. */
export function generate({ seed, conversations, sessions, chatter }: GeneratorOptions): Conversation[] {
  return Array.from({ length: conversations }, (_, index) =>
    converse(seeded(seed * 1_000 + index), `generated-${index + 1}`, sessions, chatter),
  );
}

function converse(random: Seeded, id: string, sessions: number, chatter: number): Conversation {
  const [one = 'Ida', other = 'Jon'] = random.some(FIRST_NAMES, 2);
  const topics = random.some(TOPICS, TOPICS_EACH);
  const script = new Script(sessions);
  const setting: Setting = { random, script, chat: (listener) => chat(random, topics, listener) };
  const pairs: [string, string][] = [
    [one, other],
    [other, one],
  ];
  const told: (Told & { said: Said[] })[] = [];
  const acts: { session: number; say(): void }[] = [];
  for (const [person, listener] of pairs)
    for (const topic of topics) {
      const fact = { person, topic, said: [] as Said[] };
      told.push(fact);
      for (const step of liveOf(random, topic, sessions))
        acts.push({
          session: step.session,
          say: () => fact.said.push(tell(setting, topic, person, listener, step)),
        });
    }
  const thirds = random.some(THIRD_NAMES, 2 * THIRDS_EACH);
  const chains = pairs.flatMap(([person, listener], index) =>
    chainsOf(setting, person, listener, thirds.slice(THIRDS_EACH * index, THIRDS_EACH * (index + 1)), sessions),
  );
  acts.push(...chains.flatMap(({ links }) => links));
  for (let session = 0; session < sessions; session += 1) {
    const talk = Array.from(
      { length: chatter },
      (_, n) => () => small(setting, topics, session, pairs[n % 2] ?? [one, other]),
    );
    const said = acts.filter((act) => act.session === session).map((act) => () => act.say());
    for (const speak of random.some([...talk, ...said], talk.length + said.length)) speak();
  }
  const questions = [
    ...told.flatMap((fact) => questionsOf(random, fact)),
    ...chains.map(({ question }) => question()),
    ...topics.flatMap((topic) => both(random, topic, told, [one, other])),
  ];
  return { id, sessions: script.sessions(), questions };
}

function small(
  { random, script, chat: chatOf }: Setting,
  topics: readonly Topic[],
  session: number,
  [speaker, listener]: [string, string],
): void {
  script.say(session, speaker, chatOf(listener));
  if (!random.chance(ADVISED)) return;
  const sentences = random.some(ADVICE, 3 + random.below(MAX_ADVICE - 2));
  script.say(session, ASSISTANT, sentences.map((sentence) => about(random, topics, sentence, speaker)).join(' '));
}

function chat(random: Seeded, topics: readonly Topic[], listener: string): string {
  return sentence(about(random, topics, random.pick(CHATTER), listener));
}

function about(random: Seeded, topics: readonly Topic[], template: string, p: string): string {
  const [first, second] = random.some(topics, 2);
  if (!first || !second) return template;
  return fill(template, { s: random.pick(first.words), t: random.pick(second.words), p });
}

function both(random: Seeded, topic: Topic, told: readonly Told[], people: readonly [string, string]): Question[] {
  const facts = told.filter((fact) => fact.topic === topic && isPlain(fact));
  return facts.length === 2 ? [ofBoth(random, topic.ask, people, facts.map(turnsOfNow))] : [];
}
