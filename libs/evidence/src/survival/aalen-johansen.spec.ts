import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aalenJohansen } from './aalen-johansen.js';
import { kaplanMeier, stepAt } from './kaplan-meier.js';
import { mgus } from './reference/data-sets.fixture.js';
import { distance, EXACT, subjectsOf } from './reference/subjects-of.fixture.js';
import { INCIDENCES } from './reference/values.fixture.js';
import type { Subject } from './subject.js';

const byAge = subjectsOf(mgus).map((subject, i) => {
  const entry = mgus.age[i] ?? 0;
  return { ...subject, entry, exit: entry + subject.exit };
});

type Column = readonly (number | null)[];

interface Published {
  readonly rows: number;
  readonly states: readonly string[];
  readonly time: readonly number[];
  /** Here and below: a column a state. */
  readonly probability: readonly Column[];
  readonly standardError: readonly Column[];
  readonly low: readonly Column[];
  readonly high: readonly Column[];
}

const published = (values: Published) => values;

describe.each([
  { name: 'of one origin', subjects: subjectsOf(mgus), published: published(INCIDENCES.mgus) },
  {
    name: 'left truncated, by age from 60 on',
    subjects: byAge,
    published: published(INCIDENCES.mgusByAge),
    from: 21_915,
  },
])("competing risks $name agree with R's survfit", ({ subjects, published, ...options }) => {
  it('in estimates, standard errors and intervals of each state', () => {
    const told = aalenJohansen(subjects, options);
    const steps = published.time.map((time) => stepAt(told.steps, time));
    expect(told.steps).toHaveLength(published.rows);
    const [alive, ...ended] = published.states;
    expect(alive).toBe('(s0)');
    expect(
      distance(
        steps.map((step) => step?.survival),
        published.probability[0] ?? [],
      ),
    ).toBeLessThan(EXACT);
    expect(
      distance(
        steps.map((step) => step?.survivalError),
        published.standardError[0] ?? [],
      ),
    ).toBeLessThan(EXACT);
    ended.forEach((state, k) => {
      const of = steps.map((step) => step?.incidences.find(({ cause }) => cause === state));
      const at = (columns: readonly Column[]) => columns[k + 1] ?? [];
      expect(
        distance(
          of.map((one) => one?.probability),
          at(published.probability),
        ),
      ).toBeLessThan(EXACT);
      expect(
        distance(
          of.map((one) => one?.standardError),
          at(published.standardError),
        ),
      ).toBeLessThan(EXACT);
      expect(
        distance(
          of.map((one) => one?.interval?.low),
          at(published.low),
        ),
      ).toBeLessThan(EXACT);
      expect(
        distance(
          of.map((one) => one?.interval?.high),
          at(published.high),
        ),
      ).toBeLessThan(EXACT);
    });
  });
});

const lives = (latest: number) =>
  fc.array(
    fc
      .record({
        entry: fc.integer({ min: 0, max: latest }),
        lasts: fc.integer({ min: 1, max: 30 }),
        cause: fc.option(fc.constantFrom('rolled back', 'cost', 'superseded'), { nil: undefined }),
      })
      .map(({ entry, lasts, cause }): Subject => ({
        ...(latest > 0 && { entry }),
        exit: entry + lasts,
        ...(cause && { cause }),
      })),
    { minLength: 1, maxLength: 40 },
  );
const subjects = fc.oneof(lives(0), lives(20));

describe('of any subjects', () => {
  it('the incidences and the survival add up to 1, and the survival is that of Kaplan and Meier with its error', () => {
    fc.assert(
      fc.property(subjects, (subjects) => {
        const curve = kaplanMeier(subjects);
        const told = aalenJohansen(subjects);
        told.steps.forEach((step, i) => {
          const sum = step.incidences.reduce((sum, { probability }) => sum + probability, step.survival);
          expect(sum).toBeCloseTo(1, 10);
          expect(step.survival).toBeCloseTo(curve.steps[i]?.survival ?? NaN, 10);
          // Greenwood's is the jackknife's where all are watched from the birth on; without a curve left it has none.
          const isSame = subjects.every(({ entry }) => entry === undefined);
          if (isSame && curve.steps[i]?.standardError !== undefined)
            expect(step.survivalError).toBeCloseTo(curve.steps[i].standardError, 10);
        });
      }),
    );
  });

  it('an incidence never falls, and each subject as a cluster of its own changes nothing', () => {
    fc.assert(
      fc.property(subjects, (subjects) => {
        const told = aalenJohansen(subjects);
        told.causes.forEach((_, c) => {
          const course = told.steps.map(({ incidences }) => incidences[c]?.probability ?? NaN);
          course.reduce((before, now) => {
            expect(now).toBeGreaterThanOrEqual(before);
            return now;
          }, 0);
        });
        const clustered = aalenJohansen(subjects.map((subject, i) => ({ ...subject, cluster: String(i) })));
        expect(clustered.steps).toEqual(told.steps);
      }),
    );
  });
});
