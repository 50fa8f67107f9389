import { afterEach, describe, expect, it } from '@jest/globals';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { attemptKey } from '../src/evaluations/attempt.js';
import { AttemptRepository } from '../src/evaluations/attempt.repository.js';
import { toNewScore } from '../src/evaluations/new-score.js';
import { OutcomeRepository } from '../src/outcomes/outcome.repository.js';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

let fixture: EvaluatorFixture | undefined;
const started = async (...options: Parameters<typeof startEvaluator>) => (fixture = await startEvaluator(...options));
afterEach(async () => {
  await fixture?.stop();
  fixture = undefined;
});

/** One outcome a run, one score a run, one run a case. */
async function expectExactly(evaluator: EvaluatorFixture, cases: number) {
  expect(evaluator.router.runs.size).toBe(cases);
  await evaluator.idle();
  expect(await evaluator.count('outcomes')).toBe(cases);
  expect(await evaluator.count('scores')).toBe(cases);
}

/** So many runs are under way, and the evaluator has heard of each: what it is told later cannot be about them. */
async function underWay(evaluator: EvaluatorFixture, runs: number) {
  await waitFor(async () => (await evaluator.count(`attempts WHERE status = 'running'`)) === runs);
  await evaluator.idle();
}

describe('an evaluation, whatever happens,', () => {
  it('counts once what is told many times', async () => {
    const evaluator = await started();
    evaluator.router.copies = 3;
    const { id } = await evaluator.start(suiteOf(20));
    const evaluation = await evaluator.completed(id);
    expect(evaluation.summary).toMatchObject([{ count: 20, passed: 20 }]);
    for (const run of evaluator.router.runs.values())
      for (const event of run.journal.reverse()) await evaluator.router.tell(event);
    await expectExactly(evaluator, 20);
    expect((await evaluator.get(id)).summary).toEqual(evaluation.summary);
  });

  it('is shared by replicas without loss or doubling', async () => {
    const evaluator = await started({ window: 8, tickMs: 50, republishAfterMs: 100 });
    await evaluator.startOne();
    await evaluator.startOne();
    const { id } = await evaluator.start(suiteOf(60));
    expect((await evaluator.completed(id)).summary).toMatchObject([{ count: 60, passed: 60 }]);
    await expectExactly(evaluator, 60);
  });

  it('is resumed after its evaluator was away while runs went on', async () => {
    const evaluator = await started({ window: 5 });
    const { router } = evaluator;
    router.answer = () => 'hold';
    const { id } = await evaluator.start(suiteOf(12));
    await waitFor(() => router.runs.size === 5);
    await evaluator.stopAll();
    router.answer = () => ({ output: 'yes' });
    for (const run of [...router.runs.values()]) await router.end(run, { output: 'yes' });
    await evaluator.startOne();
    expect((await evaluator.completed(id)).summary).toMatchObject([{ count: 12, passed: 12 }]);
    await expectExactly(evaluator, 12);
  });

  it('publishes at its start what a crash kept from the bus', async () => {
    const evaluator = await started();
    evaluator.router.answer = () => 'hold';
    const { id } = await evaluator.start(suiteOf(4));
    await underWay(evaluator, 4);
    await evaluator.stopAll();
    // As if the process had died between marking these and publishing them.
    evaluator.router.runs.clear();
    evaluator.router.answer = () => ({ output: 'yes' });
    await sql(evaluator.dataSource, `UPDATE evaluation.attempts SET status = 'published', run_id = ''`);
    await evaluator.startOne();
    expect((await evaluator.completed(id)).summary).toMatchObject([{ count: 4, passed: 4 }]);
  });

  it('takes up what was never claimed, at the next tick', async () => {
    const evaluator = await started();
    evaluator.router.answer = () => 'hold';
    const { id } = await evaluator.start(suiteOf(3));
    await underWay(evaluator, 3);
    await evaluator.stopAll();
    evaluator.router.runs.clear();
    evaluator.router.answer = () => ({ output: 'yes' });
    await sql(
      evaluator.dataSource,
      `UPDATE evaluation.attempts SET status = 'pending', run_id = '', touched_at = NULL`,
    );
    await evaluator.startOne();
    expect((await evaluator.completed(id)).done).toBe(3);
  });

  it('asks after runs whose end it was never told', async () => {
    const evaluator = await started({ tickMs: 50, askAfterMs: 100 });
    evaluator.router.silent.add('RunCompleted');
    const { id } = await evaluator.start(suiteOf(3));
    expect((await evaluator.completed(id)).summary).toMatchObject([{ count: 3, passed: 3 }]);
    await expectExactly(evaluator, 3);
  });

  it('publishes again what became a run that the router has no record of', async () => {
    const evaluator = await started({ tickMs: 50, askAfterMs: 100 });
    const { router } = evaluator;
    router.answer = () => 'hold';
    const { id } = await evaluator.start(suiteOf(3));
    await underWay(evaluator, 3);
    router.runs.clear();
    router.answer = () => ({ output: 'yes' });
    expect((await evaluator.completed(id)).summary).toMatchObject([{ count: 3, passed: 3 }]);
    await expectExactly(evaluator, 3);
  });

  it('publishes again what nobody accepted, until somebody does', async () => {
    const evaluator = await started({ tickMs: 50, republishAfterMs: 100 });
    const { router } = evaluator;
    // Accepted by the router, but told to nobody; then the record of it is gone too.
    router.silent.add('RunAccepted');
    router.answer = () => 'hold';
    const { id } = await evaluator.start(suiteOf(2));
    await waitFor(() => router.delivered >= 6, { describe: 'repeated deliveries' });
    expect(router.runs.size).toBe(2);
    for (const run of router.runs.values()) await router.end(run, { output: 'yes' });
    expect((await evaluator.completed(id)).done).toBe(2);
  });

  it('settles an attempt once when many settle it at once', async () => {
    const evaluator = await started();
    evaluator.router.answer = () => 'hold';
    const { id } = await evaluator.start(suiteOf(6));
    await waitFor(() => evaluator.router.runs.size === 6);
    await evaluator.stopAll();
    const attempts = new AttemptRepository(evaluator.dataSource, new OutcomeRepository(evaluator.dataSource));
    const settlement = {
      ...{
        status: 'completed' as const,
        runId: 'run_x',
        output: 'yes',
        error: null,
        costUsd: 0,
        durationMs: 1,
      },
      scores: [toNewScore('exact', { value: 1, passed: true, reason: 'equal' })],
      questions: [],
    };
    const keys = Array.from({ length: 24 }, (_, n) =>
      attemptKey({ evaluationId: id, caseId: `case-${n % 6}`, repeat: 1 }),
    );
    const all = await Promise.all(keys.map((key) => attempts.find(evaluator.tenant, key)));
    const settled = await Promise.all(
      all.flatMap((attempt) => (attempt ? [attempts.settle(attempt, settlement, undefined, new Date())] : [])),
    );
    expect(settled.filter((result) => result.settled)).toHaveLength(6);
    expect(await evaluator.count('scores')).toBe(6);
    expect(await attempts.claim(id, 32, new Date())).toEqual([]);
    const [row] = await sql<{ status: string }>(evaluator.dataSource, 'SELECT status FROM evaluation.evaluations');
    expect(row?.status).toBe('completed');
  });
});
