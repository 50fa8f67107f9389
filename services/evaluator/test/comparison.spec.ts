import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  EvaluationComparisonSchema,
  EvaluatorService,
  fromValue,
  toWire,
  type CompareEvaluationsRequestSchema,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

type Asked = Omit<MessageInitShape<typeof CompareEvaluationsRequestSchema>, '$typeName'>;

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator({ window: 64 });
  evaluator.router.agents.add('critic').add('other');
  evaluator.router.backends.add('better');
});
afterAll(() => evaluator.stop());
beforeEach(() => {
  wrong = 0;
});

/** Questions below this number are answered wrongly. */
let wrong = 0;
const answers = () => {
  evaluator.router.answer = ({ input, agent }) => {
    if (agent === 'critic') return { output: { score: 0, reason: 'no' } };
    const number = Number(String(fromValue(input)).replace('question ', ''));
    return { output: number < wrong ? 'no' : 'yes', costUsd: wrong > 0 ? 0.002 : 0.001 };
  };
};
const ran = async (suite: JsonObject, overrides: { backend?: string; repeats?: number } = {}) => {
  answers();
  const { id } = await evaluator.start(suite, overrides);
  await evaluator.completed(id);
  return id;
};
const compare = (asked: Asked) =>
  evaluator.rpc.call(EvaluatorService.method.compareEvaluations, { tenant: 'default', ...asked });

describe('the comparison of two evaluations', () => {
  it('finds an equal candidate not worse and a worse one worse, with what each costs', async () => {
    const suite = suiteOf(40, { suite: 'verdicts' });
    const baseline = await ran(suite);
    const equal = await ran(suite, { repeats: 2 });
    const passed = await compare({ candidate: equal, baseline, margin: 0.1 });
    expect(passed).toMatchObject({
      verdict: 'PASS',
      suite: 'verdicts',
      agent: 'helper',
      baselineChoice: 'named',
      cases: 40,
    });
    wrong = 15;
    const failed = await compare({ candidate: await ran(suite), baseline, margin: 0.1 });
    expect(failed).toMatchObject({ verdict: 'FAIL', baseline: { id: baseline, status: 'completed', suiteNumber: 1 } });
    expect(failed.scorers).toMatchObject([{ scorer: 'exact', cases: 40, difference: -0.375, verdict: 'FAIL' }]);
    expect(failed.costUsd?.difference).toBeCloseTo(0.001);
  });

  it('of the same two is the same to the byte', async () => {
    const suite = suiteOf(12, { suite: 'bytes', scorers: ['exact', 'similarity'] });
    const baseline = await ran(suite, { repeats: 2 });
    wrong = 3;
    const candidate = await ran(suite);
    const bytes = async () =>
      JSON.stringify(toWire(EvaluationComparisonSchema, await compare({ candidate, baseline })));
    const first = await bytes();
    expect([await bytes(), await bytes()]).toEqual([first, first]);
  });

  it('takes the newest baseline with another configuration, and the newest of all where there is none', async () => {
    const suite = suiteOf(2, { suite: 'chosen' });
    const first = await ran(suite);
    await expect(compare({ candidate: first })).rejects.toMatchObject({ code: 'baseline.not_found' });
    await ran(suiteOf(2, { suite: 'chosen', agent: 'other' }));
    const second = await ran(suite);
    const same = await compare({ candidate: second });
    expect(same).toMatchObject({ baseline: { id: first }, baselineChoice: 'same_configuration' });
    const third = await ran(suite, { backend: 'better' });
    const fourth = await ran(suite);
    const other = await compare({ candidate: fourth });
    expect(other).toMatchObject({ baseline: { id: third, backend: 'better' }, baselineChoice: 'other_configuration' });
    expect((await compare({ candidate: third })).baseline?.id).toBe(second);
  });

  it('holds no case against one of the same name that asks something else', async () => {
    const baseline = await ran(suiteOf(3, { suite: 'edited' }));
    const cases = ['case-0', 'case-1', 'case-9'].map((id) => ({ id, input: 'question 0', expected: 'yes' }));
    const found = await compare({ candidate: await ran(suiteOf(1, { suite: 'edited', cases })), baseline });
    expect([found.cases, found.changed?.ids]).toEqual([1, ['case-1']]);
    expect([found.onlyInCandidate?.ids, found.onlyInBaseline?.ids]).toEqual([['case-9'], ['case-2']]);
  });

  it('lets a critical case veto what the mean lets pass', async () => {
    const cases = Array.from({ length: 40 }, (_, n) => ({
      ...{ id: `case-${n}`, input: `question ${n}`, expected: 'yes' },
      ...(n === 0 ? { critical: true } : {}),
    }));
    const suite = suiteOf(1, { suite: 'vital', cases });
    const baseline = await ran(suite);
    wrong = 1;
    const found = await compare({ candidate: await ran(suite), baseline, margin: 0.3 });
    expect(found).toMatchObject({ verdict: 'FAIL', vetoes: 1, scorers: [{ verdict: 'PASS' }] });
    expect(found.criticalFailures).toMatchObject([
      { caseId: 'case-0', passedBefore: true, scorer: 'exact', repeat: 1 },
    ]);
  });

  it('does not let a scorer decide of which the options were changed in between', async () => {
    const suite = (threshold: number) =>
      suiteOf(3, { suite: 'loosened', scorers: ['exact', { type: 'similarity', threshold }] });
    const baseline = await ran(suite(0.9));
    const { scorers } = await compare({ candidate: await ran(suite(0.1)), baseline });
    expect(scorers.map(({ scorer, gates }) => [scorer, gates])).toEqual([
      ['exact', true],
      ['similarity', false],
    ]);
  });

  it('does not let a judge that nobody has checked decide', async () => {
    const judge = { type: 'judge', agent: 'critic', rubric: 'Is it polite?' };
    const suite = suiteOf(4, { suite: 'judged', scorers: ['exact', judge] });
    const baseline = await ran(suite);
    const { scorers } = await compare({ candidate: await ran(suite), baseline });
    expect(scorers.map(({ scorer, gates }) => [scorer, gates])).toEqual([
      ['exact', true],
      ['judge', false],
    ]);
  });
});

describe('what cannot be compared', () => {
  it('is refused, with a code that says why', async () => {
    const known = await ran(suiteOf(1, { suite: 'known' }));
    const other = await ran(suiteOf(1, { suite: 'other' }));
    const apart = await ran(
      suiteOf(1, { suite: 'known', cases: [{ id: 'apart', input: 'question 1', expected: 'yes' }] }),
    );
    const refused = (asked: Asked, code: string, message: RegExp) =>
      expect(compare(asked)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await refused({ candidate: 'eval_none', baseline: known }, 'evaluation.not_found', /"eval_none"/);
    await refused({ candidate: known, baseline: 'eval_none' }, 'evaluation.not_found', /"eval_none"/);
    await refused({ candidate: known, baseline: other }, 'comparison.invalid', /of the suite "known"/);
    await refused({ candidate: known, baseline: known }, 'comparison.invalid', /with itself/);
    await refused({ candidate: apart, baseline: known }, 'comparison.invalid', /No case has ended in both/);
    const again = await ran(suiteOf(1, { suite: 'known' }));
    const one = await compare({ candidate: again, baseline: known });
    expect(one).toMatchObject({ verdict: 'INCONCLUSIVE', cases: 1 });
    await refused({ candidate: again, baseline: known, margin: 0 }, 'evidence.invalid', /margin is 0/);
    await refused({ candidate: again, baseline: known, alpha: 2 }, 'evidence.invalid', /alpha is 2/);
    await refused({ candidate: again, baseline: known, scorers: ['none'] }, 'comparison.invalid', /"none"/);
    await expect(compare({ candidate: '' })).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(
      evaluator.rpc.call(EvaluatorService.method.compareEvaluations, { tenant: 'strangers', candidate: again }),
    ).rejects.toMatchObject({ code: 'evaluation.not_found' });
  });

  it('is refused while one of both is running, and never passed once it was stopped', async () => {
    const suite = suiteOf(40, { suite: 'stopped' });
    const baseline = await ran(suite);
    evaluator.router.answer = ({ input }) => (fromValue(input) === 'question 39' ? 'hold' : { output: 'yes' });
    const { id } = await evaluator.start(suite);
    await expect(compare({ candidate: id, baseline })).rejects.toMatchObject({ code: 'comparison.conflict' });
    await evaluator.idle();
    await evaluator.cancel(id);
    const found = await compare({ candidate: id, baseline, margin: 0.2 });
    expect([found.verdict, found.reasons[0]]).toEqual(['INCONCLUSIVE', expect.stringContaining('is cancelled')]);
    expect(found.onlyInBaseline?.ids).toContain('case-39');
  });
});
