import { adjustedRandIndex, UNLIKE } from '@switchyard/evidence';
import { classed, describeGroups, type DescribedGroup } from './describe-groups.js';
import { groupTexts, type Random } from './group-texts.js';
import { countWords } from './words.js';

/** Times that the texts are halved to see whether both halves give the same groups. */
const HALVINGS = 5;

export interface Suggestion {
  classes: DescribedGroup[];
  /** The class of each text; `UNLIKE` of those that are like none. */
  groups: number[];
  silhouette: number;
  /** The mean adjusted Rand index of the groups of two halves, 1 for the same; 1 where there is nothing to group. */
  stability: number;
  /** Of the texts, the share that the classes' words put where they were grouped. */
  agreement: number;
}

/**
 * Classes of texts that are about the same, described by words. The same texts give the same classes, in whatever order they
 * come: chance takes part by the random numbers alone, which are to be seeded.
 *
 * A generator: some thousand texts take seconds, and whoever must answer others in between can, after each part of the work.
 */
export function* suggestClasses(texts: readonly string[], random: Random): Generator<void, Suggestion> {
  const order = [...texts.keys()].sort((a, b) => compare(texts[a] ?? '', texts[b] ?? '') || a - b);
  const sorted = order.map((place) => texts[place] ?? '');
  const { classes, groups: inOrder, silhouette } = yield* grouped(sorted, random);
  let stability = 0;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const isFirst = sorted.map(() => random() < 0.5);
    const half = (which: boolean) =>
      grouped(
        sorted.filter((_, place) => isFirst[place] === which),
        random,
      );
    const first = yield* half(true);
    const second = yield* half(false);
    stability += adjustedRandIndex(classed(sorted, first.classes), classed(sorted, second.classes)) / HALVINGS;
  }
  const again = classed(sorted, classes);
  const same = again.filter((group, place) => group === inOrder[place]).length;
  const groups = texts.map(() => UNLIKE);
  order.forEach((place, at) => (groups[place] = inOrder[at] ?? UNLIKE));
  return {
    classes: classes.map((each) => ({ ...each, members: each.members.map((at) => order[at] ?? 0) })),
    ...{ groups, silhouette, stability, agreement: texts.length === 0 ? 1 : same / texts.length },
  };
}

function* grouped(texts: readonly string[], random: Random) {
  const made = yield* groupTexts(texts.map(countWords), random);
  yield;
  return { classes: describeGroups(texts, made), ...made.grouping };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
