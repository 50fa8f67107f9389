import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import fc from 'fast-check';
import { adjustedRandIndex } from './adjusted-rand.js';
import { averageLinkage } from './average-linkage.js';
import { groupAlike } from './group-alike.js';
import { meanSilhouette, UNLIKE } from './silhouette.js';
import { Similarities } from './similarities.js';

/** Points on a line: the nearer, the more alike. */
function onLine(points: readonly number[]): Similarities {
  const made = new Similarities(points.length);
  points.forEach((one, a) => points.forEach((other, b) => made.set(a, b, Math.max(0, 1 - Math.abs(one - other)))));
  return made;
}

const OPTIONS = { leastItems: 3, most: 20, floor: 0.1 };

describe('the adjusted Rand index', () => {
  it('is that of Hubert and Arabie’s formula', () => {
    // Contingency [[3,1],[1,3]]: pairs 6, 12 and 12 of 28 expect 36/7; (6 − 36/7) / (12 − 36/7).
    expect(adjustedRandIndex([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1])).toBeCloseTo(0.125, 12);
  });

  it('is 1 for the same, whatever numbers groups have', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 30 }), (groups) => {
        expect(
          adjustedRandIndex(
            groups,
            groups.map((group) => 9 - group),
          ),
        ).toBeCloseTo(1, 12);
      }),
    );
  });

  it('refuses groupings of different items', () => {
    expect(() => adjustedRandIndex([1], [1, 2])).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});

describe('average linkage', () => {
  it('joins what is nearest first, by the mean of all pairs', () => {
    expect(averageLinkage(onLine([0, 0.1, 0.5])).map(({ into, from }) => [into, from])).toEqual([
      [0, 1],
      [0, 2],
    ]);
    expect(averageLinkage(onLine([0, 0.1, 0.5]))[1]?.similarity).toBeCloseTo(0.55, 12);
  });

  it('makes one tree of all items, each merge no nearer than the one before', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 40 }), (points) => {
        const merges = averageLinkage(onLine(points));
        expect(new Set(merges.map(({ from }) => from)).size).toBe(points.length - 1);
        merges
          .slice(1)
          .forEach(({ similarity }, index) => expect(similarity).toBeLessThanOrEqual(merges[index]?.similarity ?? 0));
      }),
    );
  });
});

describe('the silhouette', () => {
  it('is near 1 of groups far apart, and 0 of one group or of none', () => {
    const likeness = onLine([0, 0.01, 0.9, 0.91]);
    expect(meanSilhouette(likeness, [0, 0, 1, 1])).toBeGreaterThan(0.95);
    expect(meanSilhouette(likeness, [0, 1, 0, 1])).toBeLessThan(0);
    expect(meanSilhouette(likeness, [0, 0, 0, 0])).toBe(0);
    expect(meanSilhouette(likeness, [UNLIKE, UNLIKE, UNLIKE, UNLIKE])).toBe(0);
  });
});

describe('groups of what is alike', () => {
  it('are those that there are, without what is like none', () => {
    const random = seededNumbers(11);
    const points = [0, 1, 2].flatMap((centre) => Array.from({ length: 20 }, () => centre + 0.2 * random()));
    const { several } = groupAlike(onLine([...points, 5, 9]), OPTIONS);
    expect(several.count).toBe(3);
    expect(several.groups.slice(-2)).toEqual([UNLIKE, UNLIKE]);
    const truth = points.map((point) => Math.floor(point + 0.1));
    expect(adjustedRandIndex(several.groups.slice(0, 60), truth)).toBe(1);
  });

  it('are the kinds, and not the phrases of which each kind has several', () => {
    const random = seededNumbers(12);
    const points = [0, 10, 20].flatMap((kind) =>
      [0, 0.25, 0.5].flatMap((phrase) => Array.from({ length: 8 }, () => kind + phrase + 0.02 * random())),
    );
    const { several, silhouette } = groupAlike(onLine(points), OPTIONS);
    expect(several.count).toBe(3);
    expect(several.silhouette).toBeLessThan(silhouette);
  });

  it('are none of items that are all unlike', () => {
    expect(groupAlike(onLine([0, 2, 4, 6, 8]), OPTIONS).atFloor).toMatchObject({ count: 0, silhouette: 0 });
    expect(groupAlike(onLine([]), OPTIONS).several).toEqual({ groups: [], count: 0, silhouette: 0 });
  });
});
