import type { Question } from '../corpus.js';
import { fill, sentence } from './fill.js';
import type { Seeded } from './seeded.js';
import type { Setting } from './tell.js';
import { DEEDS, RELATIVES } from './topics/relations.js';

/** What one session has to say of a chain; gives the id of its turn. */
export interface Link {
  session: number;
  say(): void;
}

export interface Chain {
  links: readonly Link[];
  /** Once all is said. */
  question(): Question;
}

/** Somebody of a person, and something that this third one does, told at two times: who is asked by role needs both. */
export function chainsOf(
  setting: Setting,
  person: string,
  other: string,
  thirds: readonly string[],
  sessions: number,
): Chain[] {
  const { random } = setting;
  const relations = random.some(RELATIVES, thirds.length);
  const deeds = random.some(DEEDS, thirds.length);
  return thirds.flatMap((third, index) => {
    const [relation, deed] = [relations[index], deeds[index]];
    if (!relation || !deed) return [];
    const turns: string[] = [];
    const link = (template: string, values: Record<string, string>): Link => {
      const place = turns.push('') - 1;
      const session = random.below(sessions);
      const say = () => {
        turns[place] = setting.script.say(
          session,
          person,
          `${sentence(fill(template, values))} ${setting.chat(other)}`,
        );
      };
      return { session, say };
    };
    const links = [
      link(random.pick(relation.tell), { n: third }),
      link(random.pick(deed.tell), { n: third, v: random.pick(deed.values) }),
    ];
    const text = fill(random.pick(deed.ask), { r: `the ${relation.role} of ${person}` });
    return [{ links, question: () => ({ text, category: 'multi-hop', evidence: turns.map((turn) => [turn]) }) }];
  });
}

/** One question about the same thing of two people: each of them has said it. */
export function ofBoth(
  random: Seeded,
  ask: readonly [string, ...string[]],
  people: readonly [string, string],
  turns: readonly string[][],
): Question {
  const template = random.pick(ask);
  const [one, other] = people.map((p) => fill(template, { p }));
  return { text: `${one} ${other}`, category: 'multi-hop', evidence: turns.map((group) => [...group]) };
}
