import { describe, expect, it } from '@jest/globals';
import { chiSquareTail } from '../distributions/chi-square.js';
import { logRank } from './log-rank.js';
import { normalQuantile } from '../distributions/normal.js';
import * as tables from './reference/data-sets.fixture.js';
import { distance, EXACT, subjectsOf, type Table } from './reference/subjects-of.fixture.js';
import { CHI_SQUARES, NORMALS, TESTS } from './reference/values.fixture.js';

interface Grouped extends Table {
  readonly group: readonly (string | number)[];
  readonly stratum?: readonly number[];
}

function grouped(table: Grouped, byStratum = false) {
  return subjectsOf(table).map((subject, i) => ({
    ...subject,
    group: String(table.group[i]),
    ...(byStratum && { stratum: String(table.stratum?.[i]) }),
  }));
}

describe("the log-rank test agrees with R's", () => {
  it.each([
    { name: 'aml', subjects: grouped(tables.aml), published: TESTS.aml },
    { name: 'lung', subjects: grouped(tables.lung), published: TESTS.lung },
    { name: 'veteran by cell type', subjects: grouped(tables.veteran), published: TESTS.veteran },
    { name: 'veteran within treatments', subjects: grouped(tables.veteran, true), published: TESTS.veteranByTreatment },
    { name: 'ovarian', subjects: grouped(tables.ovarian), published: TESTS.ovarian },
    { name: 'heart, left truncated', subjects: grouped(tables.heart), published: TESTS.heart },
    { name: 'heart within surgery', subjects: grouped(tables.heart, true), published: TESTS.heartBySurgery },
  ])('$name', ({ subjects, published }) => {
    const told = logRank(subjects);
    expect(told.degreesOfFreedom).toBe(published.degreesOfFreedom);
    expect(distance([told.chiSquare, told.p], [published.chiSquare, published.p])).toBeLessThan(EXACT);
    if (!('observed' in published)) return;
    const expected = told.groups.map((group) => group.expected);
    const observed = told.groups.map((group) => group.observed);
    expect(distance(observed.toSorted(), published.observed.toSorted())).toBeLessThan(EXACT);
    expect(distance(expected.toSorted(), published.expected.toSorted())).toBeLessThan(EXACT);
  });
});

describe('the log-rank test', () => {
  it('leaves out a group of which nobody was watched when anybody ended', () => {
    const told = logRank([
      { group: 'a', exit: 5, cause: 'end' },
      { group: 'b', exit: 7 },
      { group: 'b', exit: 4, cause: 'end' },
      { group: 'c', entry: 8, exit: 9 },
    ]);
    expect(told.degreesOfFreedom).toBe(1);
    expect(told.groups.at(2)).toEqual({ group: 'c', subjects: 1, observed: 0, expected: 0 });
  });

  it('finds nothing where nobody ended', () => {
    const told = logRank([
      { group: 'a', exit: 5 },
      { group: 'b', exit: 7 },
    ]);
    expect(told).toMatchObject({ chiSquare: 0, degreesOfFreedom: 0, p: 1 });
  });

  it('gives no evidence for groups that no stratum compares', () => {
    const told = logRank([
      { group: 'a', stratum: 'x', exit: 5, cause: 'end' },
      { group: 'a', stratum: 'x', exit: 6, cause: 'end' },
      { group: 'b', stratum: 'y', exit: 7, cause: 'end' },
      { group: 'b', stratum: 'y', exit: 9, cause: 'end' },
    ]);
    expect(told).toMatchObject({ chiSquare: 0, p: 1 });
  });

  it('refuses a single group', () => {
    expect(() => logRank([{ group: 'a', exit: 5 }])).toThrow(/nothing to compare/);
  });
});

describe('the distributions behind it', () => {
  it.each(CHI_SQUARES)("chi-square's tail with %d degrees of freedom beyond %d is R's, to 12 digits", (df, x, tail) => {
    expect(Math.abs(chiSquareTail(x, df) / tail - 1)).toBeLessThan(1e-12);
  });

  it.each(NORMALS)("the normal quantile of %d is R's, to 13 digits", (p, quantile) => {
    expect(Math.abs(normalQuantile(p) - quantile)).toBeLessThan(1e-13 * Math.max(1, Math.abs(quantile)));
  });
});
