import { groupAlike, type Grouping, type Similarities } from '@switchyard/evidence';
import { similaritiesOf, textVectors, type TextVectors } from './text-vectors.js';

export type Random = () => number;
type Counts = ReadonlyMap<string, number>;

/** Shufflings that groups are held against. */
const SHUFFLINGS = 4;
/** By how much a silhouette must be better than that of all shufflings. */
const MARGIN = 0.03;
/** Below it two texts have but a stray word in common. */
const LEAST_LIKENESS = 0.03;
const MOST_GROUPS = 20;

export interface GroupedTexts extends TextVectors {
  grouping: Grouping;
}

/** Texts that make a group: a fiftieth of them, and three. */
export function leastOfGroup(texts: number): number {
  return Math.max(3, Math.ceil(texts / 50));
}

/**
 * Groups texts that are about the same. That they are of several kinds at all is believed where their silhouette is better than
 * that of texts with the same words, dealt out anew by chance: the largest of a few such shufflings. Else they are of one kind, or,
 * where fewer than half are alike, of none.
 *
 * A generator, as `suggestClasses`.
 *
 * @param random for the shufflings
 */
export function* groupTexts(texts: readonly Counts[], random: Random): Generator<void, GroupedTexts> {
  const made = textVectors(texts);
  const leastItems = leastOfGroup(texts.length);
  const group = (likeness: Similarities, floor: number) =>
    groupAlike(likeness, { leastItems, most: MOST_GROUPS, floor });
  const likeness = similaritiesOf(made.vectors);
  let [bound, byChance] = [0, 0];
  for (let shuffling = 0; shuffling < SHUFFLINGS; shuffling += 1) {
    const mixed = similaritiesOf(textVectors(shuffled(texts, random)).vectors);
    byChance += meanOf(mixed) / SHUFFLINGS;
    bound = Math.max(bound, group(mixed, 0).silhouette);
    yield;
  }
  // Half of what is met by chance: texts of one kind are as alike as chance makes them.
  const { several, silhouette, atFloor } = group(likeness, Math.max(LEAST_LIKENESS, byChance / 2));
  if (silhouette > bound + MARGIN) return { ...made, grouping: several };
  const largest = atFloor.groups.filter((own) => own === 0).length;
  const isOne = largest > 0 && largest >= texts.length / 2;
  const groups = atFloor.groups.map((own) => (isOne && own === 0 ? 0 : -1));
  return { ...made, grouping: { groups, count: isOne ? 1 : 0, silhouette: 0 } };
}

/** The words of all texts, dealt out so that each text has as many as before. */
function shuffled(texts: readonly Counts[], random: Random): Counts[] {
  const words = texts.flatMap((counts) => [...counts.keys()]);
  for (let at = words.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const word = words[at] ?? '';
    words[at] = words[other] ?? '';
    words[other] = word;
  }
  let dealt = 0;
  return texts.map((counts) => {
    const own = new Map<string, number>();
    for (const word of words.slice(dealt, dealt + counts.size)) own.set(word, (own.get(word) ?? 0) + 1);
    dealt += counts.size;
    return own;
  });
}

function meanOf(likeness: Similarities): number {
  let sum = 0;
  for (let one = 0; one < likeness.size; one += 1)
    for (let other = 0; other < one; other += 1) sum += likeness.get(one, other);
  return likeness.size < 2 ? 0 : (2 * sum) / (likeness.size * (likeness.size - 1));
}
