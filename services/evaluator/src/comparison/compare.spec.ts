import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EvaluationComparisonSchema, toWire } from '@switchyard/contracts';
import { compareEvaluations, type ComparisonQuestion } from './compare.js';
import { caseOf, casesOf, runOf, scoreOf } from './comparison.fixture.js';

const SCORERS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const compare = (parts: Partial<ComparisonQuestion>) =>
  compareEvaluations({
    ...{ candidate: [], baseline: [], status: 'completed', scorers: [], margin: 0.1, tolerated: 0, alpha: 0.05 },
    ...parts,
  });

describe('two evaluations of a suite', () => {
  it('pass where the candidate is as good', () => {
    const found = compare({ candidate: casesOf(60, 3), baseline: casesOf(60, 3) });
    expect(found).toMatchObject({ verdict: 'PASS', cases: 60, reasons: ['Not worse by more than 10 points: exact.'] });
    expect(found.scorers).toMatchObject([{ scorer: 'exact', difference: 0, verdict: 'PASS', gates: true, note: '' }]);
  });

  it('fail where the candidate is worse, by what it is worse', () => {
    const found = compare({ candidate: casesOf(60, 20), baseline: casesOf(60, 2) });
    expect(found.verdict).toBe('FAIL');
    expect(found.reasons).toEqual(['exact is worse by 30 points over 60 cases (p below 0.001).']);
    expect(found.scorers[0]?.high).toBeLessThan(0);
    expect(found.scorers[0]?.pWorse).toBeLessThan(0.05);
  });

  it('are not decided by few cases, and say how many more would do', () => {
    const found = compare({ candidate: casesOf(8, 0), baseline: casesOf(8, 0) });
    expect([found.verdict, found.scorers[0]?.moreCases]).toEqual(['INCONCLUSIVE', 22]);
    expect(found.reasons).toEqual(['exact is not decided by 8 cases; about 22 more like these would do.']);
  });

  it.each([
    ['one case', casesOf(1, 0)],
    ['cases of one cluster', casesOf(40, 0).map((each) => ({ ...each, cluster: 'one' }))],
  ])('of %s are not decided, and nothing is said of how much they vary', (_, cases) => {
    const found = compare({ candidate: cases, baseline: cases });
    expect(found.verdict).toBe('INCONCLUSIVE');
    expect(found.scorers[0]).toMatchObject({ clusters: 1, note: expect.stringContaining('takes two') });
    expect([found.scorers[0]?.low, found.scorers[0]?.moreCases, found.costUsd?.low]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('count clusters for what they are worth', () => {
    const clustered = (failing: number) =>
      casesOf(60, failing).map((each, n) => ({ ...each, cluster: `document-${n % 3}` }));
    const found = compare({ candidate: clustered(0), baseline: clustered(0) });
    expect(found.scorers[0]).toMatchObject({ cases: 60, clusters: 3, verdict: 'INCONCLUSIVE' });
  });

  it('take repeats of a case for one case', () => {
    const repeated = (values: number[]) =>
      caseOf('a', {}, { runs: values.map((value, n) => runOf([scoreOf('exact', value)], n + 1)) });
    const [before, after] = [repeated([1, 1]), repeated([1, 0, 0, 0])];
    const found = compare({
      candidate: [after, caseOf('b', { exact: 1 })],
      baseline: [before, caseOf('b', { exact: 1 })],
    });
    expect(found.scorers[0]).toMatchObject({ cases: 2, baselineMean: 1, candidateMean: 0.625, difference: -0.375 });
  });

  it('weigh cases as the suite does', () => {
    const of = (value: number) => [caseOf('a', { exact: value }, { weight: 3 }), caseOf('b', { exact: 1 })];
    expect(compare({ candidate: of(0), baseline: of(1) }).scorers[0]).toMatchObject({ difference: -0.75 });
  });

  it('are not passed by what was not seen in cases that hardly count', () => {
    const heavy = casesOf(200, 0).map((each, n) => ({ ...each, weight: n === 0 ? 10_000 : 1 }));
    expect(compare({ candidate: heavy, baseline: heavy }).verdict).toBe('INCONCLUSIVE');
  });

  it('that are alike are called worse no more often than alpha says, however many scorers there are', () => {
    const random = seeded(7);
    const evaluation = () =>
      Array.from({ length: 60 }, (_, n) =>
        caseOf(`${n}`, Object.fromEntries(SCORERS.map((scorer) => [scorer, random() < 0.7 ? 1 : 0]))),
      );
    const verdicts = Array.from({ length: 400 }, () => compare({ candidate: evaluation(), baseline: evaluation() }));
    const failed = verdicts.filter(({ verdict }) => verdict === 'FAIL').length;
    // 20 are expected at most, with a standard deviation of 4.4.
    expect(failed).toBeLessThan(33);
    const unadjusted = ({ scorers }: (typeof verdicts)[number]) =>
      Math.min(...scorers.map(({ pWorse = 1 }) => pWorse)) / SCORERS.length;
    const byItself = verdicts.filter((each) => unadjusted(each) <= 0.05).length;
    expect(byItself).toBeGreaterThan(failed);
  });

  it('name the cases that only one has, and those that ask something else', () => {
    const common = caseOf('a', { exact: 1 });
    const found = compare({
      candidate: [common, caseOf('new', { exact: 1 }), caseOf('easier', { exact: 1 }, { content: 'other' })],
      baseline: [common, caseOf('easier', { exact: 0 }), caseOf('old', { exact: 1 }), caseOf('idle', {}, { runs: [] })],
    });
    expect(found.cases).toBe(1);
    expect(found.onlyInCandidate).toMatchObject({ count: 1, ids: ['new'] });
    expect(found.onlyInBaseline).toMatchObject({ count: 1, ids: ['old'] });
    expect(found.changed).toMatchObject({ count: 1, ids: ['easier'] });
  });

  it('tell what runs cost and take, with intervals', () => {
    const dearer = casesOf(20, 0).map((each, n) => ({
      ...each,
      runs: each.runs.map((run) => ({ ...run, costUsd: 0.03 + n / 1_000, durationMs: 50 })),
    }));
    const { costUsd, durationMs } = compare({ candidate: dearer, baseline: casesOf(20, 0) });
    expect(costUsd?.baselineMean).toBeCloseTo(0.01);
    expect(costUsd?.difference).toBeCloseTo(0.0295);
    expect(costUsd?.low).toBeGreaterThan(0.02);
    expect(durationMs).toMatchObject({ cases: 20, baselineMean: 100, candidateMean: 50, difference: -50, high: -50 });
  });

  it('are compared byte by byte the same, whatever their scores', () => {
    const evaluation = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 5 })), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(evaluation, evaluation, (first, second) => {
        const of = (values: [number, number][]) =>
          values.map(([value, cluster], n) => caseOf(`${n}`, { exact: value }, { cluster: `${cluster}` }));
        const answer = () =>
          JSON.stringify(toWire(EvaluationComparisonSchema, compare({ candidate: of(first), baseline: of(second) })));
        expect(answer()).toBe(answer());
      }),
    );
  });
});

describe('a scorer', () => {
  it('whose judge nobody has checked is reported and does not count', () => {
    const judged = (value: number) =>
      casesOf(60, 0).map((each) => ({
        ...each,
        runs: [runOf([scoreOf('exact', 1), scoreOf('tone', value, { uncalibrated: true })])],
      }));
    const found = compare({ candidate: judged(0), baseline: judged(1) });
    expect(found.scorers[1]).toMatchObject({ scorer: 'tone', verdict: 'FAIL', gates: false, difference: -1 });
    expect([found.verdict, found.scorers[1]?.note]).toEqual(['PASS', expect.stringContaining('not calibrated')]);
  });

  it('that only one has does not count, and leaves nothing to decide by where it is alone', () => {
    const found = compare({ candidate: casesOf(60, 0, 'new'), baseline: casesOf(60, 0, 'old') });
    expect(found.scorers.map(({ scorer, gates, cases }) => [scorer, gates, cases])).toEqual([
      ['new', false, 0],
      ['old', false, 0],
    ]);
    expect(found.verdict).toBe('INCONCLUSIVE');
  });

  it.each([
    ['options', { rule: 'lax' }, false],
    ['a judge', { judge: 'another' }, false],
    ['no judge, for its run failed,', { judge: '' }, true],
  ])('that has %s of its own in each counts or not (%j, %j)', (_, parts, gates) => {
    const measured = (value: number, own = {}) =>
      casesOf(60, 0).map((each) => ({
        ...each,
        runs: [runOf([scoreOf('number', value, { rule: 'strict', judge: 'one', ...own })])],
      }));
    const [found] = compare({ candidate: measured(0, parts), baseline: measured(1) }).scorers;
    expect(found).toMatchObject({ gates, note: gates ? '' : expect.stringContaining('not the same in both') });
  });

  it('that could score nothing in one of both decides nothing', () => {
    const broken = casesOf(60, 0).map((each) => ({
      ...each,
      runs: [runOf([scoreOf('exact', 0, { errorCode: 'scorer.failed' })])],
    }));
    const found = compare({ candidate: broken, baseline: casesOf(60, 0) });
    expect(found.scorers[0]).toMatchObject({ cases: 0, unscored: 60, verdict: 'INCONCLUSIVE' });
    expect(found.verdict).toBe('INCONCLUSIVE');
  });

  it('that was asked for is compared alone; one that nobody has is refused', () => {
    const both = (value: number) => [caseOf('a', { one: value, two: 1 }), caseOf('b', { one: value, two: 1 })];
    expect(compare({ candidate: both(0), baseline: both(1), scorers: ['two'] }).scorers).toHaveLength(1);
    expect(() => compare({ candidate: both(0), baseline: both(1), scorers: ['three'] })).toThrow(
      'Neither evaluation has a scorer "three". Give one of those that ran: one, two.',
    );
  });
});

describe('a critical case', () => {
  const critical = (value: number) => [...casesOf(200, 0), caseOf('vital', { exact: value }, { critical: true })];

  it('that does not pass is a veto, however good the rest is', () => {
    const found = compare({ candidate: critical(0), baseline: critical(1) });
    expect([found.verdict, found.scorers[0]?.verdict]).toEqual(['FAIL', 'PASS']);
    expect(found.reasons[0]).toBe('Critical cases that do not pass: vital.');
    expect(found.criticalFailures).toMatchObject([
      { caseId: 'vital', passedBefore: true, scorer: 'exact', reason: 'wrong' },
    ]);
  });

  it('that did not pass before either is a veto all the same, and it is said', () => {
    const found = compare({ candidate: critical(0), baseline: critical(0) });
    expect([found.verdict, found.reasons[0]]).toEqual(['FAIL', 'Critical cases that do not pass: vital (nor before).']);
  });

  it('is vetoed neither by an unchecked judge nor for passing', () => {
    const tone = { runs: [runOf([scoreOf('exact', 1), scoreOf('tone', 0, { uncalibrated: true })])], critical: true };
    const cases = [...casesOf(60, 0), caseOf('vital', {}, tone)];
    expect(compare({ candidate: cases, baseline: cases })).toMatchObject({ verdict: 'PASS', vetoes: 0 });
  });

  it('whose run failed says with what', () => {
    const failed = { ...runOf([scoreOf('exact', 0)], 2), failed: true, error: 'model.unavailable' };
    const found = compare({
      candidate: [caseOf('vital', {}, { critical: true, runs: [failed] }), caseOf('b', { exact: 1 })],
      baseline: [caseOf('b', { exact: 1 })],
    });
    expect(found.criticalFailures).toMatchObject([
      { repeat: 2, scorer: '', reason: 'model.unavailable', passedBefore: false },
    ]);
  });
});

describe('a comparison', () => {
  it('never passes a candidate that was stopped before its end', () => {
    const found = compare({ candidate: casesOf(60, 0), baseline: casesOf(60, 0), status: 'capped' });
    expect([found.verdict, found.reasons[0]]).toEqual(['INCONCLUSIVE', expect.stringContaining('is capped')]);
  });

  it('of evaluations that have no case in common is refused', () => {
    expect(() => compare({ candidate: casesOf(2, 0), baseline: [] })).toThrow(/No case has ended in both/);
    const changed = casesOf(2, 0).map((each) => ({ ...each, content: 'other' }));
    expect(() => compare({ candidate: changed, baseline: casesOf(2, 0) })).toThrow(/one version of the suite/);
  });

  it.each([
    [{ margin: 0 }, /margin is 0/],
    [{ margin: Number.NaN }, /margin is NaN/],
    [{ tolerated: 0.5 }, /tolerated is 0.5/],
    [{ alpha: 1 }, /alpha is 1/],
  ])('with %j is refused', (settings, message) => {
    expect(() => compare({ candidate: casesOf(9, 0), baseline: casesOf(9, 0), ...settings })).toThrow(message);
  });
});
