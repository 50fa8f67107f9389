import { afterEach, describe, expect, it } from '@jest/globals';
import { toValue, type JsonValue } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';
import { FINGERPRINT, type Answer } from './stub-router.fixture.js';

let fixture: EvaluatorFixture | undefined;
afterEach(async () => {
  await fixture?.stop();
  fixture = undefined;
});

/** An evaluator whose helpers say yes, and whose critics say what is given. */
async function started(critic: (input: JsonValue) => Answer, options: Parameters<typeof startEvaluator>[0] = {}) {
  fixture = await startEvaluator(options);
  const { router } = fixture;
  router.agents.add('critic');
  router.answer = ({ agent, metadata }) =>
    agent === 'critic' ? critic(metadata['question'] ?? '') : { output: 'yes' };
  return fixture;
}

const RUBRIC = { type: 'judge', agent: 'critic', rubric: 'Is it polite?' };
const PAIRWISE = { type: 'judge', agent: 'critic', mode: 'pairwise' };
const suite = (judge: typeof RUBRIC | typeof PAIRWISE, cases = 2) => suiteOf(cases, { scorers: ['exact', judge] });
const judges = (evaluator: EvaluatorFixture) =>
  [...evaluator.router.runs.values()].filter(({ task }) => task.agent === 'critic');

describe('a judge', () => {
  it('is asked by a task of its own, once the run has ended, and gives the score', async () => {
    const evaluator = await started(() => ({ output: { score: 0.75, reason: 'mostly' }, costUsd: 0.5 }));
    const { id } = await evaluator.start(suite(RUBRIC));
    const { results, summary, costUsd, judgeCostUsd } = await evaluator.completed(id);
    expect(results[0]?.scores).toMatchObject([
      { scorer: 'exact', passed: true, judge: '', uncalibrated: false },
      { scorer: 'judge', value: 0.75, passed: true, reason: 'mostly', judge: FINGERPRINT, uncalibrated: true },
    ]);
    expect(summary[1]).toMatchObject({ count: 2, mean: 0.75, errors: 0, uncalibrated: 2, judges: [FINGERPRINT] });
    expect([costUsd, judgeCostUsd]).toEqual([0.002, 1]);
    const [{ task } = { task: undefined }] = judges(evaluator);
    expect(task?.idempotencyKey).toMatch(new RegExp(`^judge:${id}:case-[01]:1:judge:score$`));
  });

  it('that changes its mind with the order of two has seen a tie', async () => {
    const evaluator = await started(() => ({ output: { winner: 'a', reason: 'first' } }));
    const { id } = await evaluator.start(suite(PAIRWISE, 1));
    const { results } = await evaluator.completed(id);
    expect(results[0]?.scores[1]).toMatchObject({
      value: 0.5,
      reason: expect.stringContaining('with the two swapped'),
    });
    expect(judges(evaluator)).toHaveLength(2);
  });

  it('that stays with the reference in both orders has found the run worse', async () => {
    const evaluator = await started((question) => ({ output: { winner: question === 'ab' ? 'b' : 'a' } }));
    const { id } = await evaluator.start(suite(PAIRWISE, 1));
    expect((await evaluator.completed(id)).results[0]?.scores[1]).toMatchObject({ value: 0, passed: false });
  });

  it.each<[string, Answer]>([
    ['judge.nonsense', { output: 'I like it' }],
    ['judge.failed', { error: 'model.unavailable' }],
    ['judge.failed', 'dead'],
  ])('that gives no score is counted as such (%s, %j), and not as a bad one', async (errorCode, answer) => {
    const evaluator = await started(() => answer);
    const { id } = await evaluator.start(suite(RUBRIC));
    const { summary, results } = await evaluator.completed(id);
    expect(summary).toMatchObject([
      { scorer: 'exact', count: 2, passed: 2, errors: 0 },
      { scorer: 'judge', count: 0, mean: 0, errors: 2 },
    ]);
    expect(results[0]?.scores[1]).toMatchObject({ errorCode, passed: false });
  });

  it('whose run was moved between backends is no one judge', async () => {
    const evaluator = await started(() => ({ output: { score: 1 } }));
    evaluator.router.isMoved = (runId) => evaluator.router.byId(runId).task.agent === 'critic';
    const { id } = await evaluator.start(suite(RUBRIC, 1));
    expect((await evaluator.completed(id)).results[0]?.scores[1]).toMatchObject({ errorCode: 'judge.changed' });
  });

  it('is waited for: no case is done before its judges have answered', async () => {
    const evaluator = await started(() => 'hold');
    const { id } = await evaluator.start(suite(PAIRWISE, 1));
    await waitFor(() => judges(evaluator).length === 2);
    const [first, second] = judges(evaluator);
    if (first === undefined || second === undefined) throw new Error('nobody was asked');
    await evaluator.router.end(first, { output: { winner: 'tie' } });
    await evaluator.idle();
    expect(await evaluator.get(id)).toMatchObject({ status: 'running', done: 0 });
    await evaluator.router.end(second, { output: { winner: 'tie' } });
    expect(await evaluator.completed(id)).toMatchObject({ status: 'completed', done: 1 });
  });

  it('answers once however often it is told, to any number of evaluators', async () => {
    const evaluator = await started(() => ({ output: { score: 1, reason: 'good' } }), { window: 4 });
    await evaluator.startOne();
    evaluator.router.copies = 3;
    const { id } = await evaluator.start(suite(RUBRIC, 12));
    expect((await evaluator.completed(id)).summary).toMatchObject([
      { count: 12, passed: 12 },
      { count: 12, passed: 12 },
    ]);
    await evaluator.idle();
    expect(judges(evaluator)).toHaveLength(12);
    expect(await evaluator.count('scores')).toBe(24);
    expect(await evaluator.count('outcomes')).toBe(24);
  });

  it('is asked at the next start where a crash kept the question from the bus', async () => {
    const evaluator = await started(() => 'hold');
    const { id } = await evaluator.start(suite(RUBRIC, 3));
    await waitFor(() => judges(evaluator).length === 3);
    await evaluator.idle();
    await evaluator.stopAll();
    // As if the process had died between storing these and publishing them.
    for (const [key, { task }] of evaluator.router.runs) if (task.agent === 'critic') evaluator.router.runs.delete(key);
    await sql(evaluator.dataSource, `UPDATE evaluation.judgements SET status = 'published', run_id = ''`);
    evaluator.router.answer = () => ({ output: { score: 1 } });
    await evaluator.startOne();
    expect((await evaluator.completed(id)).summary[1]).toMatchObject({ count: 3, passed: 3 });
  });

  it('is heard although it answered while no evaluator ran', async () => {
    const evaluator = await started(() => 'hold');
    const { id } = await evaluator.start(suite(RUBRIC, 2));
    await waitFor(() => judges(evaluator).length === 2);
    await evaluator.stopAll();
    for (const run of judges(evaluator)) await evaluator.router.end(run, { output: { score: 1 } });
    await evaluator.startOne();
    expect((await evaluator.completed(id)).summary[1]).toMatchObject({ count: 2, passed: 2 });
  });

  it('is asked after where its end was never told', async () => {
    const evaluator = await started(() => ({ output: { score: 1 } }), { tickMs: 50, askAfterMs: 100 });
    evaluator.router.silent.add('RunCompleted');
    const { id } = await evaluator.start(suite(RUBRIC, 2));
    expect((await evaluator.completed(id)).summary[1]).toMatchObject({ count: 2, passed: 2 });
  });

  it('is asked again where the router has no record of its run', async () => {
    const evaluator = await started(() => 'hold', { tickMs: 50, askAfterMs: 100 });
    const { id } = await evaluator.start(suite(RUBRIC, 2));
    await waitFor(() => judges(evaluator).length === 2);
    await evaluator.idle();
    for (const [key, { task }] of evaluator.router.runs) if (task.agent === 'critic') evaluator.router.runs.delete(key);
    evaluator.router.answer = () => ({ output: { score: 1 } });
    expect((await evaluator.completed(id)).summary[1]).toMatchObject({ count: 2, passed: 2 });
  });

  it('is stopped with its evaluation, and gives no score any more', async () => {
    const evaluator = await started(() => 'hold');
    const { id } = await evaluator.start(suite(RUBRIC, 2));
    await waitFor(() => judges(evaluator).length === 2);
    await evaluator.idle();
    expect((await evaluator.cancel(id)).status).toBe('cancelled');
    const ids = judges(evaluator).map(({ runId }) => runId);
    expect([...evaluator.router.cancelled].sort()).toEqual([...ids].sort());
    await evaluator.idle();
    expect((await evaluator.get(id)).summary.map(({ scorer }) => scorer)).toEqual(['exact']);
  });

  it('is not asked about a run that failed', async () => {
    const evaluator = await started(() => ({ output: { score: 1 } }));
    evaluator.router.answer = () => ({ error: 'model.unavailable' });
    const { id } = await evaluator.start(suite(RUBRIC, 1));
    const { summary } = await evaluator.completed(id);
    expect(summary[1]).toMatchObject({ scorer: 'judge', count: 1, passed: 0, errors: 0 });
    expect(judges(evaluator)).toEqual([]);
  });

  it('must be an agent that there is', async () => {
    const evaluator = await started(() => 'hold');
    const start = evaluator.start(suite({ ...RUBRIC, agent: 'nobody' }));
    await expect(start).rejects.toMatchObject({ code: 'agent.not_found' });
    expect(await evaluator.count('evaluations')).toBe(0);
  });

  it('is calibrated by what people say of the runs that it judged, while that is recent', async () => {
    // Right about every case: the even ones are good.
    const evaluator = await started(() => 'hold', { window: 64 });
    const isGood = (caseId = '') => Number(caseId.replace('case-', '')) % 2 === 0;
    evaluator.router.answer = ({ agent, metadata }) =>
      agent === 'critic' ? { output: { score: isGood(metadata['case']) ? 1 : 0 } } : { output: 'yes' };
    const first = await evaluator.start(suite(RUBRIC, 44));
    const judged = await evaluator.completed(first.id);
    expect(judged.summary[1]).toMatchObject({ count: 44, passed: 22, uncalibrated: 44 });
    const say = (by: string, isRight: (caseId: string) => boolean) =>
      Promise.all(
        judged.results.map(({ runId, caseId }) =>
          evaluator.feedback({ runId, name: 'judge', value: toValue(isRight(caseId)), by }),
        ),
      );
    const uncalibrated = async (judge = RUBRIC) => {
      const { id } = await evaluator.start(suite(judge, 1));
      return (await evaluator.completed(id)).summary[1]?.uncalibrated;
    };
    await say('user:ada', () => true);
    expect(await uncalibrated()).toBe(1);
    await say('user:ada', isGood);
    expect(await uncalibrated()).toBe(0);
    const [known, ...others] = await evaluator.judges('judge');
    expect(others).toEqual([]);
    expect(known).toMatchObject({ scorer: 'judge', configuration: FINGERPRINT, scores: 46, calibrated: true });
    expect(known).toMatchObject({ right: { cases: 22, agreed: 22, high: 1 }, wrong: { cases: 22, agreed: 22 } });
    expect(known?.right?.low).toBeGreaterThan(0.8);
    expect(await evaluator.judges('other')).toEqual([]);
    // The first evaluation tells now what people would pass, and how sure that is; what no judge scored is as it was.
    const [plain, corrected] = (await evaluator.get(first.id)).summary;
    expect(corrected).toMatchObject({ correctedShare: 0.5, sensitivity: 1, specificity: 1 });
    expect(corrected?.correctedLow).toBeLessThan(corrected?.passLow ?? 0);
    expect(corrected?.correctedHigh).toBeGreaterThan(corrected?.passHigh ?? 1);
    expect(plain).not.toHaveProperty('correctedShare');
    // The same judge, asked something else.
    expect(await uncalibrated({ ...RUBRIC, rubric: 'Is it short?' })).toBe(1);
    await sql(evaluator.dataSource, `UPDATE evaluation.feedback SET at = at - interval '91 days'`);
    expect(await uncalibrated()).toBe(1);
  });
});
