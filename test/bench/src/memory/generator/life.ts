import type { Seeded } from './seeded.js';
import type { Topic } from './topics/topic.js';

/** What becomes of a fact: it is told, said again, changed, taken back, or somebody says otherwise. */
export type Act = 'tell' | 'repeat' | 'change' | 'retract' | 'doubt';

/** One act of a life, before it has words. */
export interface Step {
  act: Act;
  value: string;
  /** What was so before; empty at first. */
  old: string;
  session: number;
}

/** Lives of facts. Most change, for that is what memories are bad at. */
const LIVES: readonly [readonly Act[], ...(readonly Act[])[]] = [
  ['tell'],
  ['tell'],
  ['tell', 'repeat'],
  ['tell', 'repeat', 'repeat'],
  ['tell', 'change'],
  ['tell', 'change'],
  ['tell', 'repeat', 'change'],
  ['tell', 'change', 'repeat'],
  ['tell', 'change', 'change'],
  ['tell', 'retract'],
  ['tell', 'change', 'retract'],
  ['tell', 'doubt'],
  ['tell', 'change', 'doubt'],
  ['tell', 'doubt', 'change'],
];

/** The steps of one fact, each in a later session than the one before. A value that was given up does not come back. */
export function liveOf(random: Seeded, topic: Topic, sessions: number): Step[] {
  const acts = random.pick(LIVES).slice(0, sessions);
  const when = random
    .some(
      Array.from({ length: sessions }, (_, index) => index),
      acts.length,
    )
    .sort((one, other) => one - other);
  const values = random.some(topic.values, acts.length + 1);
  let current = '';
  return acts.map((act, index) => {
    const fresh = values[index] ?? topic.values[0];
    const old = current;
    if (act === 'tell' || act === 'change') current = fresh;
    return { act, value: act === 'doubt' ? fresh : current, old, session: when[index] ?? 0 };
  });
}
