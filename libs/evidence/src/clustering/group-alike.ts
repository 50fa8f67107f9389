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

/**
 * Two or more groups of items that are alike, where the tree of average linkage is cut so that the silhouette is highest; and
 * the tree cut at the floor, which may be of one group or none. Which of both to believe is for who asks: a silhouette says
 * nothing of one group.
 */
export function groupAlike(likeness: Similarities, options: GroupingOptions): { several: Grouping; atFloor: Grouping } {
  const merges = averageLinkage(likeness).filter(({ similarity }) => similarity >= options.floor);
  const cut = (kept: number) => groupsAfter(likeness, merges.slice(0, kept), options.leastItems);
  const atFloor = cut(merges.length);
  let several: Grouping = atFloor.count > 1 && atFloor.count <= options.most ? atFloor : nothing(likeness.size);
  for (const kept of joins(likeness.size, merges, options.leastItems)) {
    const grouping = cut(kept);
    const isOffered = grouping.count > 1 && grouping.count <= options.most;
    if (isOffered && grouping.silhouette > several.silhouette) several = grouping;
  }
  return { several, atFloor };
}

function nothing(items: number): Grouping {
  return { groups: Array.from({ length: items }, () => UNLIKE), count: 0, silhouette: 0 };
}

/** How many merges come before each of those that make one group of two: cuts between them differ in stragglers only. */
function joins(items: number, merges: readonly Merge[], least: number): number[] {
  const sizes = Array.from({ length: items }, () => 1);
  const found: number[] = [];
  merges.forEach(({ into, from }, index) => {
    const [one, other] = [sizes[into] ?? 1, sizes[from] ?? 1];
    if (one >= least && other >= least) found.push(index);
    sizes[into] = one + other;
  });
  return found;
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
