import { describe, expect, it } from '@jest/globals';
import { INTERVAL_FORMS } from './interval.js';
import { kaplanMeier, stepAt } from './kaplan-meier.js';
import { nelsonAalen } from './nelson-aalen.js';
import { survivalQuantile } from './quantile.js';
import * as tables from './reference/data-sets.fixture.js';
import { distance, EXACT, subjectsOf } from './reference/subjects-of.fixture.js';
import { CURVES } from './reference/values.fixture.js';
import { restrictedMean, restrictedMeanDifference } from './restricted-mean.js';

const CASES = [
  { name: 'aml', subjects: subjectsOf(tables.aml), published: CURVES.aml },
  { name: 'lung', subjects: subjectsOf(tables.lung), published: CURVES.lung },
  { name: 'veteran', subjects: subjectsOf(tables.veteran), published: CURVES.veteran },
  { name: 'ovarian', subjects: subjectsOf(tables.ovarian), published: CURVES.ovarian },
  { name: 'heart, left truncated', subjects: subjectsOf(tables.heart), published: CURVES.heart },
  { name: 'heart from day 100 on', subjects: subjectsOf(tables.heart), published: CURVES.heartFrom100, from: 100 },
  { name: 'kidney, by patient', subjects: subjectsOf(tables.kidney), published: CURVES.kidney },
];

describe.each(CASES)("the curve of $name agrees with R's survfit", ({ subjects, published, ...options }) => {
  const curve = kaplanMeier(subjects, options);
  const steps = published.time.map((time) => stepAt(curve.steps, time));

  it('at each time: who is at risk, the estimate and its standard error', () => {
    expect(curve.steps).toHaveLength(published.rows);
    expect(steps.map((step) => step?.time)).toEqual(published.time);
    expect(steps.map((step) => step?.atRisk)).toEqual(published.atRisk);
    expect(
      distance(
        steps.map((step) => step?.survival),
        published.survival,
      ),
    ).toBeLessThan(EXACT);
    expect(
      distance(
        steps.map((step) => step?.standardError),
        published.standardError,
      ),
    ).toBeLessThan(EXACT);
  });

  it.each(INTERVAL_FORMS)(
    'in the intervals of form %s, in the median with its interval, and in the quartiles',
    (form) => {
      const curve = kaplanMeier(subjects, { ...options, form });
      const intervals = published.time.map((time) => stepAt(curve.steps, time)?.interval);
      expect(
        distance(
          intervals.map((interval) => interval?.low),
          published.bounds[form].low,
        ),
      ).toBeLessThan(EXACT);
      expect(
        distance(
          intervals.map((interval) => interval?.high),
          published.bounds[form].high,
        ),
      ).toBeLessThan(EXACT);
      const { time, low, high } = survivalQuantile(curve);
      expect(distance([time, low, high], published.medians[form])).toBeLessThan(EXACT);
      const quartiles = [0.25, 0.5, 0.75].map((share) => survivalQuantile(curve, share).time);
      expect(distance(quartiles, published.quartiles)).toBeLessThan(EXACT);
    },
  );
});

describe.each(CASES.filter(({ published }) => published.restrictedMean[0] !== null))(
  'the restricted mean and the hazard of $name',
  ({ subjects, published }) => {
    it("agree with R's, with their standard errors", () => {
      const { mean, standardError } = restrictedMean(kaplanMeier(subjects), published.until ?? undefined);
      expect(distance([mean, standardError], published.restrictedMean)).toBeLessThan(EXACT);
      const steps = published.time.map((time) => stepAt(nelsonAalen(subjects), time));
      expect(
        distance(
          steps.map((step) => step?.hazard),
          published.hazard,
        ),
      ).toBeLessThan(EXACT);
      expect(
        distance(
          steps.map((step) => step?.standardError),
          published.hazardError,
        ),
      ).toBeLessThan(EXACT);
    });
  },
);

describe('the curve', () => {
  it('says from when on it means nothing: all who were watched had ended, and others entered later', () => {
    const subjects = [
      { exit: 1, cause: 'end' },
      { entry: 2, exit: 5, cause: 'end' },
      { entry: 3, exit: 6 },
    ];
    expect(kaplanMeier(subjects)).toMatchObject({ emptiedAt: 1, steps: [{ survival: 0 }, { survival: 0 }, {}] });
    expect(kaplanMeier(subjects, { from: 2 })).toMatchObject({ emptiedAt: undefined, steps: [{ survival: 0.5 }, {}] });
  });

  it('stays at 1, without a median, while nobody has ended', () => {
    const curve = kaplanMeier([{ exit: 3 }, { exit: 4 }], { form: 'log' });
    expect(curve.steps.map(({ survival, interval }) => ({ survival, interval }))).toEqual([
      { survival: 1, interval: { low: 1, high: 1 } },
      { survival: 1, interval: { low: 1, high: 1 } },
    ]);
    expect(survivalQuantile(curve)).toEqual({ time: undefined, low: undefined, high: undefined });
    expect(restrictedMean(curve)).toMatchObject({ mean: 4, standardError: 0 });
  });

  it('counts an end of watching that is tied with an end of life as after it', () => {
    const [step] = kaplanMeier([{ exit: 2, cause: 'end' }, { exit: 2 }]).steps;
    expect(step).toMatchObject({ atRisk: 2, events: 1, censored: 1, survival: 0.5 });
  });
});

describe('the difference of two restricted means', () => {
  it('is that of the means, with both errors, until a time that both were watched for', () => {
    const [first, second] = ['nonmaintained', 'maintained'].map((group) =>
      kaplanMeier(subjectsOf(tables.aml).filter((_, i) => tables.aml.group[i] === group)),
    );
    if (!first || !second) throw new Error('no groups');
    const told = restrictedMeanDifference(first, second);
    const [a, b] = [restrictedMean(first, 45), restrictedMean(second, 45)];
    expect(told.until).toBe(45);
    expect(told.difference).toBeCloseTo(b.mean - a.mean, 12);
    expect(told.standardError ** 2).toBeCloseTo(a.standardError ** 2 + b.standardError ** 2, 12);
    expect(told.interval.low).toBeLessThan(told.difference);
  });
});

describe('what cannot be answered is refused with what is wrong', () => {
  it.each([
    ['no subjects', [], /no subjects/],
    ['a time that is no number', [{ exit: NaN }], /Subject 1 ends at NaN/],
    ['a time before the birth', [{ exit: 1 }, { exit: -1 }], /Subject 2 ends at -1/],
    ['an end before the entry', [{ entry: 5, exit: 5 }], /watched for no time/],
    ['an entry that is no number', [{ entry: Infinity, exit: 5 }], /enters at Infinity/],
    ['an empty cause', [{ exit: 5, cause: '' }], /empty cause/],
    ['clusters of some', [{ exit: 5, cluster: 'a' }, { exit: 6 }], /1 of 2 subjects name a cluster/],
  ])('%s', (_, subjects, message) => {
    expect(() => kaplanMeier(subjects)).toThrow(expect.objectContaining({ code: 'survival.invalid' }));
    expect(() => kaplanMeier(subjects)).toThrow(message);
  });

  it.each([0, 1, 95, NaN])('a confidence of %d', (confidence) => {
    expect(() => kaplanMeier([{ exit: 1 }], { confidence })).toThrow(/between 0 and 1/);
  });

  it('a share and a horizon that are none, and a mean of clustered subjects', () => {
    const curve = kaplanMeier([{ exit: 1 }]);
    expect(() => survivalQuantile(curve, 1)).toThrow(/share of 1/);
    expect(() => restrictedMean(curve, 0)).toThrow(/later time/);
    expect(() => restrictedMean(kaplanMeier([{ exit: 1, cluster: 'a' }]))).toThrow(/clustered/);
  });
});
