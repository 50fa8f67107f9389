import { afterEach, describe, expect, it } from '@jest/globals';
import { EvaluatorService, fromValue } from '@switchyard/contracts';
import { wilsonInterval } from '@switchyard/evidence';
import { waitFor } from '@switchyard/testing';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

const STAGED = `sha256:${'b'.repeat(64)}`;
let fixture: EvaluatorFixture | undefined;
const started = async (...options: Parameters<typeof startEvaluator>) => (fixture = await startEvaluator(...options));
afterEach(async () => {
  await fixture?.stop();
  fixture = undefined;
});

describe('an evaluation', () => {
  it('runs every case as a task, judges it, and sums up with intervals', async () => {
    const evaluator = await started();
    evaluator.router.answer = (task) => {
      if (fromValue(task.input) === 'bad') return { output: 'no', tools: ['clock'] };
      return { output: 'yes', tools: ['calculator', 'clock', 'calculator'], costUsd: 0.25 };
    };
    const { id } = await evaluator.start({
      suite: 'mixed',
      agent: 'helper',
      repeats: 2,
      scorers: ['exact', { type: 'tool_trajectory', mode: 'strict', tools: ['calculator', 'clock', 'calculator'] }],
      cases: [
        { id: 'good', input: { a: [1, null] }, expected: 'yes', metadata: { origin: 'here' } },
        { id: 'bad', input: 'bad', expected: 'yes' },
      ],
    });
    const evaluation = await evaluator.completed(id);
    expect(evaluation).toMatchObject({
      status: 'completed',
      suite: 'mixed',
      agent: 'helper',
      total: 4,
      done: 4,
      failed: 2,
    });
    expect(evaluation.costUsd).toBeCloseTo(0.502, 10);
    expect(evaluation.endedAt).toBeDefined();
    expect(evaluation.results.map(({ caseId, repeat, status }) => `${caseId}/${repeat} ${status}`)).toEqual([
      'good/1 completed',
      'good/2 completed',
      'bad/1 completed',
      'bad/2 completed',
    ]);
    expect(evaluation.results[0]?.scores).toMatchObject([
      { scorer: 'exact', value: 1, passed: true, reason: 'equal' },
      { scorer: 'tool_trajectory', value: 1, passed: true, reason: '3 calls as expected' },
    ]);
    expect(evaluation.results[2]?.scores).toMatchObject([
      { scorer: 'exact', value: 0, passed: false, reason: 'expected "yes", got "no"' },
      { scorer: 'tool_trajectory', value: 0, passed: false, reason: 'call 1: expected calculator, got clock({})' },
    ]);
    // Repeats of a case agree: four runs are worth two.
    const { low, high } = wilsonInterval(0.5, 2);
    expect(evaluation.summary).toMatchObject([
      { scorer: 'exact', count: 4, passed: 2, passLow: low, passHigh: high, mean: 0.5, low, high },
      { scorer: 'tool_trajectory', count: 4, passed: 2, passLow: low, passHigh: high, mean: 0.5, low, high },
    ]);
    const task = [...evaluator.router.runs.values()].find((run) => run.task.metadata['case'] === 'good')?.task;
    expect(task).toMatchObject({
      agent: 'helper',
      idempotencyKey: `eval:${id}:good:1`,
      metadata: { evaluation: id, case: 'good', repeat: '1', suite: 'mixed', origin: 'here' },
    });
    expect(fromValue(task?.input)).toEqual({ a: [1, null] });
  });

  it('is not certain of a mean because every run scored the same', async () => {
    const evaluator = await started();
    evaluator.router.answer = () => ({ output: 'one' });
    const scorers = [{ type: 'contains', value: ['one', 'two'] }];
    const { id } = await evaluator.start(suiteOf(2, { scorers, repeats: 4 }));
    const { summary, total, failed } = await evaluator.completed(id);
    expect({ total, failed }).toEqual({ total: 8, failed: 8 });
    // Eight runs that are all alike show no more than that their two cases are.
    const [passes, mean] = [wilsonInterval(0, 2), wilsonInterval(0.5, 2)];
    expect(summary).toMatchObject([
      { count: 8, passed: 0, passLow: passes.low, passHigh: passes.high, mean: 0.5, low: mean.low, high: mean.high },
    ]);
  });

  it('stores the scores with the outcome of their run', async () => {
    const evaluator = await started();
    const { id } = await evaluator.start(suiteOf(1), { backend: 'sim' });
    const { results, backend } = await evaluator.completed(id);
    expect(backend).toBe('sim');
    const outcome = await evaluator.outcome(results[0]?.runId ?? '');
    expect(outcome).toMatchObject({
      agent: 'helper',
      status: 'completed',
      scores: [{ scorer: 'exact', passed: true }],
    });
  });

  it('counts a failed run against every scorer', async () => {
    const evaluator = await started();
    evaluator.router.answer = (task) =>
      fromValue(task.input) === 'question 0' ? { error: 'model.overloaded' } : { output: 'yes' };
    const { id } = await evaluator.start(suiteOf(2, { scorers: ['exact', { type: 'latency', max_ms: 1_000 }] }));
    const evaluation = await evaluator.completed(id);
    expect(evaluation.results[0]).toMatchObject({ status: 'failed', error: { code: 'model.overloaded' } });
    expect(evaluation.results[0]?.scores).toMatchObject([
      { scorer: 'exact', passed: false, reason: 'no answer: model.overloaded: It failed.' },
      { scorer: 'latency', passed: false },
    ]);
    expect(evaluation.summary).toMatchObject([{ mean: 0.5 }, { mean: 0.5 }]);
  });

  it('of one backend does not take the answer of another, to which somebody moved the run', async () => {
    const evaluator = await started();
    evaluator.router.isMoved = () => true;
    const { id } = await evaluator.start(suiteOf(1), { backend: 'sim' });
    expect((await evaluator.completed(id)).results[0]).toMatchObject({
      ...{ status: 'failed', error: { code: 'evaluation.moved' } },
      scores: [{ scorer: 'exact', passed: false }],
    });
  });

  it('of a version of the agent runs that version, and no other', async () => {
    const evaluator = await started();
    const { router } = evaluator;
    router.versions.set('2', STAGED);
    const asked = (agentVersion: string) =>
      evaluator.rpc.call(EvaluatorService.method.startEvaluation, {
        ...{ tenant: 'default', suite: suiteOf(2, { suite: 'versioned' }), agentVersion },
      });
    const { id } = await asked('2');
    expect(await evaluator.completed(id)).toMatchObject({ agentVersion: STAGED, done: 2, failed: 0 });
    const tasks = [...router.runs.values()].filter(({ task }) => task.metadata['evaluation'] === id);
    expect(tasks.map(({ task }) => task.agentVersion)).toEqual([STAGED, STAGED]);
    await expect(asked('9')).rejects.toMatchObject({ code: 'agent.not_found' });
  });

  it('ends with the cause when its tasks are given up before they become runs', async () => {
    const evaluator = await started({ window: 2 });
    evaluator.router.answer = (task) => (task.metadata['case'] === 'case-4' ? { output: 'yes' } : 'dead');
    const { id } = await evaluator.start(suiteOf(5));
    const evaluation = await evaluator.completed(id);
    expect(evaluation.results.map(({ status }) => status)).toEqual([
      'failed',
      'failed',
      'failed',
      'failed',
      'completed',
    ]);
    expect(evaluation.results[0]).toMatchObject({
      runId: '',
      error: { code: 'agent.not_found' },
      scores: [{ passed: false }],
    });
  });

  it('never has more runs open than its window', async () => {
    const evaluator = await started({ window: 3 });
    const { router } = evaluator;
    router.answer = () => 'hold';
    const { id } = await evaluator.start(suiteOf(10));
    for (let ended = 0; ended < 10; ended += 1) {
      const open = Math.min(10, ended + 3);
      await waitFor(() => router.runs.size >= open, { describe: `${open} runs` });
      expect(router.runs.size).toBe(open);
      const run = [...router.runs.values()][ended];
      if (run) await router.end(run, { output: 'yes' });
    }
    expect((await evaluator.completed(id)).done).toBe(10);
  });

  it('says its progress while it runs', async () => {
    const evaluator = await started();
    const { router } = evaluator;
    router.answer = (task) => (task.metadata['case'] === 'case-0' ? { output: 'yes' } : 'hold');
    const { id, status, total } = await evaluator.start(suiteOf(2));
    expect({ status, total }).toEqual({ status: 'running', total: 2 });
    const halfway = await waitFor(async () => {
      const evaluation = await evaluator.get(id);
      return evaluation.done === 1 && evaluation;
    });
    expect(halfway.results.map((result) => result.status)).toEqual(['completed', 'pending']);
    expect(halfway.summary).toMatchObject([{ count: 1 }]);
  });

  it('keeps outputs that a database would rather not, and bounds what it shows of them', async () => {
    const evaluator = await started();
    evaluator.router.answer = (task) => ({
      output: task.metadata['case'] === 'case-0' ? 'a\u0000b' : 'x'.repeat(100_000),
    });
    const { id } = await evaluator.start(suiteOf(2));
    const { results } = await evaluator.completed(id);
    expect(fromValue(results[0]?.output)).toBe('a\u0000b');
    expect(String(fromValue(results[1]?.output)).length).toBeLessThan(5_000);
  });

  it('pages its results, and bounds the bytes of a page', async () => {
    const evaluator = await started({ window: 200 });
    evaluator.router.answer = () => ({ output: 'é'.repeat(4_000) });
    const { id } = await evaluator.start(suiteOf(100));
    await evaluator.completed(id);
    const seen: string[] = [];
    let pages = 0;
    for (;;) {
      const { results } = await evaluator.get(id, { offset: seen.length });
      if (results.length === 0) break;
      pages += 1;
      seen.push(...results.map(({ caseId }) => caseId));
    }
    expect(pages).toBeGreaterThan(1);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => `case-${n}`));
    expect((await evaluator.get(id, { offset: 3, limit: 2 })).results.map(({ caseId }) => caseId)).toEqual([
      'case-3',
      'case-4',
    ]);
  });

  it('is listed, the newest first, for its tenant alone', async () => {
    const evaluator = await started();
    const first = await evaluator.start(suiteOf(1));
    const second = await evaluator.start(suiteOf(1));
    const { method } = EvaluatorService;
    const { evaluations } = await evaluator.rpc.call(method.listEvaluations, { tenant: 'default' });
    expect(evaluations.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect((await evaluator.rpc.call(method.listEvaluations, { tenant: 'other' })).evaluations).toEqual([]);
    await expect(evaluator.rpc.call(method.getEvaluation, { tenant: 'other', id: first.id })).rejects.toMatchObject({
      code: 'evaluation.not_found',
    });
  });
});

describe('a suite that cannot be run', () => {
  it('is refused before anything is stored', async () => {
    const evaluator = await started();
    await expect(evaluator.start(suiteOf(1, { agent: 'nobody' }))).rejects.toMatchObject({ code: 'agent.not_found' });
    await expect(evaluator.start(suiteOf(1), { backend: 'none' })).rejects.toMatchObject({ code: 'backend.not_found' });
    await expect(evaluator.start(suiteOf(1, { scorers: ['vibes'] }))).rejects.toMatchObject({
      code: 'suite.invalid',
      retryable: false,
      details: {
        problems: [{ path: 'scorers[0].type', reason: expect.stringContaining('there is no scorer "vibes"') }],
      },
    });
    await expect(evaluator.start(suiteOf(0))).rejects.toMatchObject({ code: 'suite.invalid' });
    expect(await evaluator.count('evaluations')).toBe(0);
    expect(evaluator.router.delivered).toBe(0);
  });
});

describe('cancelling', () => {
  it('publishes nothing more, stops what runs, and keeps what was found', async () => {
    const evaluator = await started({ window: 2 });
    const { router } = evaluator;
    router.answer = (task) => (task.metadata['case'] === 'case-0' ? { output: 'yes' } : 'hold');
    const { id } = await evaluator.start(suiteOf(10));
    await waitFor(async () => router.runs.size === 3 && (await evaluator.get(id)).done === 1);
    const running = [...router.runs.values()].slice(1).map(({ runId }) => runId);
    await waitFor(async () => {
      const { results } = await evaluator.get(id);
      return results.filter(({ runId }) => runId !== '').length === 3;
    });

    const evaluation = await evaluator.cancel(id);
    expect(evaluation).toMatchObject({ status: 'cancelled', done: 10, summary: [{ count: 1, passed: 1 }] });
    expect(evaluation.results.map(({ status }) => status)).toEqual([
      'completed',
      ...Array.from({ length: 9 }, () => 'cancelled'),
    ]);
    expect(router.cancelled.sort()).toEqual(running.sort());
    expect((await evaluator.cancel(id)).status).toBe('cancelled');
    expect(router.runs.size).toBe(3);
  });

  it('stops a run that was accepted only afterwards', async () => {
    const evaluator = await started();
    const { router } = evaluator;
    router.answer = () => 'hold';
    router.silent.add('RunAccepted');
    const { id } = await evaluator.start(suiteOf(1));
    const run = await waitFor(() => [...router.runs.values()][0]);
    await evaluator.cancel(id);
    expect(router.cancelled).toEqual([]);
    router.silent.clear();
    const [accepted] = run.journal;
    if (accepted) await router.tell(accepted);
    await waitFor(() => router.cancelled.includes(run.runId), { describe: 'the run to be cancelled' });
    expect((await evaluator.get(id)).results).toMatchObject([{ status: 'cancelled', scores: [] }]);
  });

  it('leaves a complete evaluation as it is, and knows no other', async () => {
    const evaluator = await started();
    const { id } = await evaluator.start(suiteOf(1));
    await evaluator.completed(id);
    expect((await evaluator.cancel(id)).status).toBe('completed');
    await expect(evaluator.cancel('eval_nothing')).rejects.toMatchObject({ code: 'evaluation.not_found' });
  });
});
