import { describe, expect, it } from '@jest/globals';
import { create, EvaluationSchema, JudgeListSchema, type MessageInitShape } from '@switchyard/contracts';
import { evaluationText, hasPassed } from './evaluation-text.js';
import { judgesText } from './judges-text.js';
import { progressText } from './progress-text.js';

type Parts = MessageInitShape<typeof EvaluationSchema>;
const RUN = { caseId: 'one', repeat: 1, runId: 'run_1', status: 'completed' };

function evaluationOf(parts: Parts) {
  return create(EvaluationSchema, {
    ...{ id: 'eval_1', suite: 'sums', agent: 'assistant', status: 'completed', total: 40, done: 40 },
    ...parts,
  });
}

describe('the table of an evaluation', () => {
  it('says of what each interval is, and counts runs as runs', () => {
    const scores = { scorer: 'contains', count: 40, passed: 0, passLow: 0, passHigh: 0.0876 };
    const text = evaluationText(evaluationOf({ summary: [{ ...scores, mean: 0.5, low: 0.352, high: 0.648 }] }));
    expect(text.split('\n')).toEqual([
      'sums  assistant  completed  40/40 runs  $0  eval_1',
      '',
      'SCORER    PASSED  PASS RATE 95 %  MEAN   MEAN 95 %',
      'contains  0/40    0.000 to 0.088  0.500  0.352 to 0.648',
      '',
      'Every case passed.',
    ]);
  });

  it('says what could not be scored, whose judge is not calibrated, and what judges cost', () => {
    const judged = { scorer: 'tone', count: 39, passed: 39, passLow: 0.91, passHigh: 1, mean: 1, low: 0.91, high: 1 };
    const summary = [{ ...judged, errors: 1, uncalibrated: 39 }];
    const text = evaluationText(evaluationOf({ summary, costUsd: 1, judgeCostUsd: 2 }));
    expect(text).toContain('$1.0000 and $2.0000 for judges');
    expect(text).toContain('tone: 1 run could not be scored and is not counted.');
    expect(text).toContain("tone: 39 of 39 scores by a judge that is not calibrated against people's labels.");
  });

  it('says what people would pass where a judge that is known errs', () => {
    const corrected = { correctedShare: 0.9, correctedLow: 0.842, correctedHigh: 0.951 };
    const summary = [{ scorer: 'tone', count: 40, passed: 33, ...corrected, sensitivity: 0.9, specificity: 0.7 }];
    expect(evaluationText(evaluationOf({ summary }))).toContain(
      'tone: people would pass 0.900 (0.842 to 0.951): the judge passes 90 % of what is right and 30 % of what is wrong.',
    );
  });

  it('shows the first failures and says how many more there are', () => {
    const scores = [{ scorer: 'exact', passed: false, reason: 'no' }];
    const results = Array.from({ length: 23 }, (_, n) => ({ ...RUN, repeat: n + 1, scores }));
    const lines = evaluationText(evaluationOf({ results })).split('\n');
    expect(lines.filter((line) => line.includes('exact: no'))).toHaveLength(20);
    expect(lines.at(-1)).toBe('  and 3 more; --json has them all');
    expect(lines).toContain('23 of 23 runs did not pass:');
  });

  it('takes what is pending for no failure, and what was cancelled neither for that nor for passed', () => {
    const pending = evaluationOf({ status: 'running', results: [{ ...RUN, status: 'pending' }] });
    expect([hasPassed(pending), evaluationText(pending)]).toEqual([false, expect.not.stringContaining('did not pass')]);
    const cancelled = evaluationOf({ results: [RUN, { ...RUN, status: 'cancelled' }] });
    expect([hasPassed(cancelled), evaluationText(cancelled)]).toEqual([
      false,
      expect.stringMatching(/\n1 run was cancelled\.$/),
    ]);
    expect(hasPassed(evaluationOf({ results: [RUN] }))).toBe(true);
  });
});

describe('the table of judges', () => {
  it('says how each agrees with people, and whether that is enough', () => {
    const right = { cases: 22, agreed: 21, low: 0.78, high: 0.99 };
    const judge = { scorer: 'tone', agent: 'critic', configuration: 'sha256:0123456789abcdef', standard: 'sha256:ab' };
    const { judges } = create(JudgeListSchema, { judges: [{ ...judge, scores: 44, calibrated: false, right }] });
    expect(judgesText(judges).split('\n').at(-1)).toMatch(
      /^tone +critic +0123456789ab +ab +44 +21\/22 \(0\.78 to 0\.99\) +– +no$/,
    );
    expect(judgesText([])).toBe('No model has judged yet.');
  });
});

describe('the progress of an evaluation', () => {
  it('says how many failed and how long it may yet take, from what was seen to end', () => {
    const at = (done: number) => ({ suite: 'sums', done, total: 8, failed: 1 });
    expect(progressText(at(4), 2, 2_000)).toMatch(/^sums \[#+-+\] 4\/8 runs, 1 failed, 2\.00 s, about 4\.00 s left$/);
    expect(progressText(at(2), 2, 2_000)).toMatch(/2\/8 runs, 1 failed, 2\.00 s$/);
    expect(progressText(at(8), 2, 2_000)).toMatch(/8\/8 runs, 1 failed, 2\.00 s$/);
  });
});
