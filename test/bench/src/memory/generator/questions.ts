import type { Question } from '../corpus.js';
import { fill } from './fill.js';
import { dayBefore } from './script.js';
import type { Seeded } from './seeded.js';
import type { Said } from './tell.js';
import type { Topic } from './topics/topic.js';

/** A fact of a person, with all that was said of it. */
export interface Told {
  person: string;
  topic: Topic;
  said: readonly Said[];
}

/** What is asked of one fact: what is so, what was so on a day, when it came to be so, and what was so before. */
export function questionsOf(random: Seeded, told: Told): Question[] {
  return [current(random, told), ...asOf(random, told), ...temporal(random, told)];
}

/** Turns that say what is so now, each of which answers. */
export function turnsOfNow({ said }: Told): string[] {
  const own = said.filter(({ act }) => act !== 'doubt');
  const last = own.at(-1);
  if (!last) return [];
  // Who takes back says what was taken back, and nothing else is so.
  if (last.act === 'retract') return [last.turn];
  return own.filter(({ value }) => value === last.value).map(({ turn }) => turn);
}

/** Whether the person has said what is so, and nobody otherwise. */
export function isPlain({ said }: Told): boolean {
  return said.every(({ act }) => act !== 'retract' && act !== 'doubt');
}

function current(random: Seeded, told: Told): Question {
  const { person, topic, said } = told;
  const now = turnsOfNow(told);
  const superseded = said.filter(({ act, turn }) => act !== 'doubt' && !now.includes(turn)).map(({ turn }) => turn);
  const doubted = said.filter(({ act }) => act === 'doubt').map(({ turn }) => turn);
  return {
    text: fill(random.pick(topic.ask), { p: person }),
    category: categoryOf(told, superseded.length > 0),
    evidence: [now],
    ...(superseded.length > 0 && { update: { current: now, superseded } }),
    ...(doubted.length > 0 && { contradiction: { trusted: now, doubted } }),
  };
}

function categoryOf({ said }: Told, changed: boolean): string {
  if (said.some(({ act }) => act === 'doubt')) return 'contradiction';
  if (said.at(-1)?.act === 'retract') return 'retracted';
  return changed ? 'update' : 'single-hop';
}

function asOf(random: Seeded, { person, topic, said }: Told): Question[] {
  const own = said.filter(({ act }) => act !== 'doubt');
  const last = own.at(-1);
  const then = own.filter(({ session }) => session < (last?.session ?? 0)).at(-1);
  if (!last || !then || last.act === 'repeat') return [];
  const turns = own.filter(({ value, act }) => value === then.value && act !== 'retract').map(({ turn }) => turn);
  const text = fill(random.pick(topic.ask), { p: person });
  return [{ text, category: 'as-of', evidence: [turns], asOf: dayBefore(last.session) }];
}

function temporal(random: Seeded, { person, topic, said }: Told): Question[] {
  const starts = said.filter(({ act }) => act === 'tell' || act === 'change');
  const [start] = random.some(starts, 1);
  const [change] = random.some(
    starts.filter(({ act }) => act === 'change'),
    1,
  );
  const when: Question[] = start
    ? [
        {
          text: fill(random.pick(topic.when), { p: person, v: start.value }),
          category: 'temporal',
          evidence: [[start.turn]],
        },
      ]
    : [];
  if (!change) return when;
  const before = said.filter(
    ({ act, value }) => (act === 'tell' || act === 'change' || act === 'repeat') && value === change.old,
  );
  const turns = [...before.map(({ turn }) => turn), ...(change.namesOld ? [change.turn] : [])];
  const text = fill(random.pick(topic.before), { p: person, v: change.value });
  return [...when, { text, category: 'temporal', evidence: [turns] }];
}
