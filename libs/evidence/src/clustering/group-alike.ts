import { averageLinkage, type Merge } from './average-linkage.js';
import { meanSilhouette, UNLIKE } from './silhouette.js';
import type { Similarities } from './similarities.js';

export interface Grouping {
  /** The group of each item, from 0, the largest first; `UNLIKE` of those that are like none. */
  groups: number[];
  count: number;
  silhouette: number;
}

export interface GroupingOptions {
  /** Items of a group; what stays smaller is like none. */
  leastItems: number;
  /** Groups, at most. */
  most: number;
  /** Mean similarity below which groups do not grow together. */
  floor: number;
}

/** Of the silhouette of the best cut, the part that another one must have to be taken in its place. */
const AS_GOOD = 0.5;

export interface Groupings {
  /** Two or more groups; none where no cut gives so many. */
  several: Grouping;
  /** The highest silhouette of a cut. */
  silhouette: number;
  /** The tree cut at the floor, which may be of one group or none: a silhouette says nothing of one. */
  atFloor: Grouping;
}

/**
 * Groups of items that are alike, by cutting the tree of average linkage. Of the cuts whose silhouette is half of the best one's or more, the
 * one that holds longest: where the next two groups that would become one are, by their ratio, the least alike compared with what
 * came before. The best silhouette alone would part every kind of texts into its phrases.
 */
export function groupAlike(likeness: Similarities, options: GroupingOptions): Groupings {
  const merges = averageLinkage(likeness).filter(({ similarity }) => similarity >= options.floor);
  const cuts = cutsOf(likeness.size, merges, options)
    .map(({ kept, held }) => ({ held, ...groupsAfter(likeness, merges.slice(0, kept), options.leastItems) }))
    .filter(({ count }) => count > 1 && count <= options.most);
  const silhouette = Math.max(0, ...cuts.map((cut) => cut.silhouette));
  const good = cuts.filter((cut) => cut.silhouette > 0 && cut.silhouette >= AS_GOOD * silhouette);
  const longest = good.reduce<(typeof good)[number] | undefined>(
    (best, cut) => (best && best.held >= cut.held ? best : cut),
    undefined,
  );
  const { groups, count, silhouette: own } = longest ?? nothing(likeness.size);
  return {
    several: { groups, count, silhouette: own },
    silhouette,
    atFloor: groupsAfter(likeness, merges, options.leastItems),
  };
}

function nothing(items: number): Grouping {
  return { groups: Array.from({ length: items }, () => UNLIKE), count: 0, silhouette: 0 };
}

/**
 * How many merges come before each of those that make one group of two, and before the floor: cuts between them differ in stragglers
 * only. And how long each cut holds: the ratio of the similarity at which the last group came about to that at which the next two
 * become one.
 */
function cutsOf(
  items: number,
  merges: readonly Merge[],
  { leastItems, floor }: GroupingOptions,
): { kept: number; held: number }[] {
  const sizes = Array.from({ length: items }, () => 1);
  const found: { kept: number; held: number }[] = [];
  let last = 1;
  const heldUntil = (similarity: number) => last / Math.max(similarity, Number.EPSILON);
  merges.forEach(({ into, from, similarity }, kept) => {
    const [one, other] = [sizes[into] ?? 1, sizes[from] ?? 1];
    const isJoin = one >= leastItems && other >= leastItems;
    if (isJoin) found.push({ kept, held: heldUntil(similarity) });
    if (isJoin || (one < leastItems && other < leastItems && one + other >= leastItems)) last = similarity;
    sizes[into] = one + other;
  });
  return [...found, { kept: merges.length, held: heldUntil(floor) }];
}

function groupsAfter(likeness: Similarities, merges: readonly Merge[], least: number): Grouping {
  const parents = Array.from({ length: likeness.size }, (_, item) => item);
  const rootOf = (item: number): number => {
    const parent = parents[item] ?? item;
    return parent === item ? item : rootOf(parent);
  };
  for (const { into, from } of merges) parents[rootOf(from)] = rootOf(into);
  const members = new Map<number, number[]>();
  for (let item = 0; item < likeness.size; item += 1) {
    const root = rootOf(item);
    const known = members.get(root);
    if (known) known.push(item);
    else members.set(root, [item]);
  }
  const large = [...members.values()].filter(({ length }) => length >= least);
  large.sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
  const { groups } = nothing(likeness.size);
  large.forEach((items, group) => items.forEach((item) => (groups[item] = group)));
  return { groups, count: large.length, silhouette: meanSilhouette(likeness, groups) };
}
