import { describe, expect, it } from '@jest/globals';
import { comparisonOf, evaluationOf, resultOf } from './gate.fixture.js';
import { gateVerdict } from './gate-verdict.js';
import { gateText } from './gate-text.js';

const verdictOf = (evaluation = evaluationOf()) => gateVerdict(evaluation, undefined);
const failing = (scorer = 'exact') => resultOf('one', { scores: [{ scorer, passed: false, reason: 'no' }] });

describe('the gate', () => {
  it('says what the comparison says where there is a baseline', () => {
    expect(gateVerdict(evaluationOf(), comparisonOf())).toMatchObject({
      verdict: 'FAIL',
      reasons: ['exact is worse by 30 points over 60 cases, beyond doubt.'],
    });
    expect(gateVerdict(evaluationOf(), comparisonOf({ verdict: 'PASS' })).verdict).toBe('PASS');
    expect(gateVerdict(evaluationOf(), comparisonOf({ verdict: '' })).verdict).toBe('INCONCLUSIVE');
  });

  it('without a baseline passes only where every score of every case does', () => {
    expect(verdictOf().verdict).toBe('PASS');
    const one = verdictOf(evaluationOf({ results: [failing(), resultOf('two')], criticalFailures: ['one'] }));
    expect(one).toMatchObject({ verdict: 'FAIL', reasons: ['1 of 2 runs did not pass. Critical: one.'] });
    const failed = resultOf('one', { status: 'failed', scores: [] });
    expect(verdictOf(evaluationOf({ results: [failed] })).verdict).toBe('FAIL');
  });

  it('without a baseline does not pass what was stopped', () => {
    const capped = verdictOf(evaluationOf({ status: 'capped', done: 1, results: [resultOf('one')] }));
    expect(capped).toMatchObject({
      verdict: 'INCONCLUSIVE',
      reasons: ['The evaluation is capped: 1 of 2 runs are done.'],
    });
  });

  it('without a baseline is not decided by a judge that nobody has checked', () => {
    const summary = [{ scorer: 'tone', count: 1, uncalibrated: 1 }];
    expect(verdictOf(evaluationOf({ summary, results: [failing('tone')] })).verdict).toBe('INCONCLUSIVE');
    expect(verdictOf(evaluationOf({ summary, results: [failing('tone'), resultOf('two')] })).verdict).toBe('PASS');
  });

  it('tells a developer what is worse, by how much, than what, and the verdict last', () => {
    const text = gateText(gateVerdict(evaluationOf(), comparisonOf()));
    expect(text).toContain('Baseline  eval_1  on old  the newest before it with another configuration');
    expect(text).toMatch(/exact +FAIL +60 +0\.900 +0\.600 +−0\.300 \(−0\.400 to −0\.200\) +–/);
    expect(text).toContain('Cost of a run: $0.0100 → $0.005, −$0.005 (−$0.006 to −$0.004)');
    expect(text.split('\n').slice(-2)).toEqual([
      'Gate: FAIL',
      '  exact is worse by 30 points over 60 cases, beyond doubt.',
    ]);
    expect(gateText(verdictOf())).toContain('There was no baseline to compare with');
  });

  it('names cases that could not be compared, and scorers that do not count', () => {
    const names = (count: number) => ({ count, ids: Array.from({ length: count }, (_, n) => `c${n}`) });
    const scorers = [{ scorer: 'tone', verdict: 'FAIL', note: 'It is by a judge.', unscored: 2 }];
    const text = gateText(
      gateVerdict(evaluationOf(), comparisonOf({ scorers, onlyInBaseline: names(7), changed: names(1) })),
    );
    for (const line of [
      'tone does not count: It is by a judge.',
      'tone: 2 cases could not be scored in one of both.',
      'Only in the baseline: 7 cases (c0, c1, c2, c3, c4, …).',
      'Not compared, for they ask or expect something else: 1 case (c0).',
    ])
      expect(text).toContain(line);
    expect(text).toMatch(/tone +FAIL, not counted/);
  });
});
