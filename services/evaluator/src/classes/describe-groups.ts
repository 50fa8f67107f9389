import { UNLIKE } from '@switchyard/evidence';
import type { GroupedTexts } from './group-texts.js';
import { TextWords, type WordClass } from './word-class.js';

/** Words that describe a class; more hardly change what is like it. */
const WORDS = 40;
/** Words that people are told. */
const TOLD = 8;
/** No text is of a class by a stray word. */
const LEAST_THRESHOLD = 0.05;

export interface DescribedGroup extends WordClass {
  name: string;
  telling: string[];
  /** Places of its texts, the most like it first. */
  members: number[];
}

/** Groups as classes by words, with names: of each, the words that its texts have and the others have not. */
export function describeGroups(texts: readonly string[], grouped: GroupedTexts): DescribedGroup[] {
  const { grouping, vectors, rarity } = grouped;
  const read = texts.map((text) => new TextWords(text));
  const names = new Set<string>();
  return Array.from({ length: grouping.count }, (_, group) => {
    const isMember = (place: number) => grouping.groups[place] === group;
    const own = meanVector(vectors.filter((_vector, place) => isMember(place)));
    const rest = meanVector(vectors.filter((_vector, place) => !isMember(place)));
    const weights = [...own]
      .map(([word, weight]) => [word, (weight - (rest.get(word) ?? 0)) * (rarity.get(word) ?? 0)] as const)
      .filter(([, weight]) => weight > 0)
      .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
      .slice(0, WORDS);
    const most = weights[0]?.[1] ?? 1;
    const words = new Map(weights.map(([word, weight]) => [word, Math.max(0.001, rounded(weight / most))]));
    const likeness = read.map((text) => text.likeness({ words, threshold: 0 }));
    const at = (place: number) => likeness[place] ?? 0;
    const members = [...likeness.keys()].filter(isMember).sort((a, b) => at(b) - at(a) || a - b);
    const others = [...likeness.keys()].filter((place) => !isMember(place));
    const threshold = thresholdOf(members.map(at), others.map(at));
    const telling = [...words.keys()].slice(0, TOLD);
    return { name: freshName(telling, names), telling, words, threshold, members };
  });
}

/** Where each text goes by these classes; `UNLIKE` where it is like none. */
export function classed(texts: readonly string[], classes: readonly DescribedGroup[]): number[] {
  return texts.map((text) => {
    const found = new TextWords(text).nearest(classes);
    return found ? classes.indexOf(found.nearest) : UNLIKE;
  });
}

function meanVector(vectors: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const vector of vectors)
    for (const [word, weight] of vector) sums.set(word, (sums.get(word) ?? 0) + weight / vectors.length);
  return sums;
}

/** Midway between nearly all of its own and nearly all others; where these overlap, it keeps nearly all of its own. */
function thresholdOf(own: readonly number[], others: readonly number[]): number {
  const low = quantile(own, 0.03);
  const high = others.length === 0 ? low / 2 : quantile(others, 0.97);
  return Math.max(LEAST_THRESHOLD, rounded(high < low ? (low + high) / 2 : low));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** Of its two most telling words, or as many more as no other class has. */
function freshName(telling: readonly string[], taken: Set<string>): string {
  for (let words = 2; words <= telling.length; words += 1) {
    const name = telling.slice(0, words).join('-');
    if (!taken.has(name)) return add(name, taken);
  }
  let number = 2;
  const base = telling.slice(0, 2).join('-') || 'class';
  while (taken.has(`${base}-${number}`)) number += 1;
  return add(taken.has(base) ? `${base}-${number}` : base, taken);
}

function add(name: string, taken: Set<string>): string {
  taken.add(name);
  return name;
}
