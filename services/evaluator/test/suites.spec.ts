import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EvaluatorService, fromValue, type JsonObject } from '@switchyard/contracts';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator({ window: 8 });
});
afterAll(() => evaluator.stop());

const { method } = EvaluatorService;
const apply = (suite: JsonObject) =>
  evaluator.rpc.call(method.applySuite, { tenant: 'default', suite, actor: 'user:ann' });
const start = (request: {
  suiteName?: string;
  suiteVersion?: string;
  suite?: JsonObject;
  maxCostUsd?: number;
  repeats?: number;
}) => evaluator.rpc.call(method.startEvaluation, { tenant: 'default', ...request });
const estimate = (suite: JsonObject, backend = '') =>
  evaluator.rpc.call(method.estimateEvaluation, { tenant: 'default', suite, backend });

describe('versions of suites', () => {
  it('are numbered, and the same suite is the same version', async () => {
    const first = await apply(suiteOf(2, { suite: 'kept' }));
    expect(first).toMatchObject({ name: 'kept', number: 1, cases: 2, created: true, createdBy: 'user:ann' });
    expect(await apply(suiteOf(2, { suite: 'kept' }))).toMatchObject({
      version: first.version,
      number: 1,
      created: false,
    });
    const second = await apply(suiteOf(3, { suite: 'kept' }));
    expect(second).toMatchObject({ number: 2, cases: 3, created: true });
    const get = (version: string) => evaluator.rpc.call(method.getSuite, { tenant: 'default', name: 'kept', version });
    expect((await get('')).version).toBe(second.version);
    expect((await get('1')).suite).toEqual(suiteOf(2, { suite: 'kept' }));
    expect((await get(first.version.slice(7, 19))).number).toBe(1);
    await expect(get('9')).rejects.toMatchObject({ code: 'suite.not_found' });
    const list = async (name: string) =>
      (await evaluator.rpc.call(method.listSuites, { tenant: 'default', name })).suites.map(({ number }) => number);
    expect(await list('kept')).toEqual([2, 1]);
  });

  it('are written by many at once without a gap or a twin', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, n) => apply(suiteOf(1 + (n % 6), { suite: 'raced' }))),
    );
    expect(new Set(made.map(({ number }) => number))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    expect(made.filter(({ created }) => created)).toHaveLength(6);
  });

  it('are run by name, and every evaluation names the version that it ran, handed over with it or not', async () => {
    const { version } = await apply(suiteOf(1, { suite: 'named' }));
    await apply(suiteOf(4, { suite: 'named' }));
    const old = await evaluator.completed((await start({ suiteName: 'named', suiteVersion: '1' })).id);
    expect(old).toMatchObject({ total: 1, suiteVersion: version, suiteNumber: 1 });
    const own = await evaluator.completed((await start({ suite: suiteOf(5, { suite: 'named' }) })).id);
    expect(own).toMatchObject({ total: 5, suiteNumber: 3 });
  });

  it('that are not there, not right, or given twice are refused', async () => {
    await expect(start({ suiteName: 'nowhere' })).rejects.toMatchObject({ code: 'suite.not_found' });
    await expect(start({})).rejects.toMatchObject({ code: 'evaluation.invalid' });
    await expect(start({ suite: suiteOf(1), suiteName: 'named' })).rejects.toMatchObject({
      code: 'evaluation.invalid',
    });
    await expect(start({ suite: suiteOf(1), maxCostUsd: -1 })).rejects.toMatchObject({ code: 'evaluation.invalid' });
    await expect(apply(suiteOf(0))).rejects.toMatchObject({ code: 'suite.invalid' });
  });
});

describe('cases', () => {
  it('weigh as they are told to, stand in clusters, and are named where they are critical and did not pass', async () => {
    evaluator.router.answer = (task) => ({ output: String(fromValue(task.input)).startsWith('good') ? 'yes' : 'no' });
    const one = { expected: 'yes', cluster: 'a' };
    const { id } = await start({
      suite: {
        ...suiteOf(0, { suite: 'weighed' }),
        cases: [
          { id: 'heavy', input: 'good', weight: 3, ...one },
          { id: 'light', input: 'bad', critical: true, ...one },
          { id: 'safe', input: 'good', critical: true, expected: 'yes', cluster: 'b' },
        ],
      },
    });
    const evaluation = await evaluator.completed(id);
    expect(evaluation).toMatchObject({
      criticalFailures: ['light'],
      summary: [{ scorer: 'exact', count: 3, passed: 2, mean: 0.8, clusters: 2 }],
    });
    expect(evaluation.results.map(({ critical, cluster, weight }) => [critical, cluster, weight])).toEqual([
      [false, 'a', 3],
      [true, 'a', 1],
      [true, 'b', 1],
    ]);
  });
});

describe('money', () => {
  it('ends an evaluation when it is spent: nothing more is started, and what runs is heard to its end', async () => {
    evaluator.router.answer = () => ({ output: 'yes', costUsd: 1 });
    const before = evaluator.router.runs.size;
    const { id } = await start({ suite: suiteOf(40, { suite: 'dear' }), maxCostUsd: 5 });
    const evaluation = await evaluator.completed(id);
    expect(evaluation).toMatchObject({
      ...{ status: 'capped', maxCostUsd: 5, total: 40, done: 40, costUsd: 5 },
      stoppedBecause: 'its runs cost $5.0000, and $5 were allowed',
    });
    expect(evaluator.router.runs.size - before).toBe(5);
    const statuses = evaluation.results.map(({ status }) => status);
    expect(statuses.filter((status) => status === 'completed')).toHaveLength(5);
    expect(statuses.filter((status) => status === 'cancelled')).toHaveLength(35);
  });

  it('goes with every task, so that no single run spends more than all of it', async () => {
    evaluator.router.answer = () => ({ output: 'yes', costUsd: 0.01 });
    const { id } = await start({ suite: suiteOf(3, { suite: 'cheap' }), maxCostUsd: 2 });
    expect(await evaluator.completed(id)).toMatchObject({ status: 'completed', stoppedBecause: '' });
    const [run] = [...evaluator.router.runs.entries()].filter(([key]) => key.startsWith(`eval:${id}:`));
    expect(run?.[1].task.limits).toMatchObject({ costUsd: 2 });
  });
});

describe('an estimate', () => {
  it('comes from runs of the suite, else of the agent, and says from where', async () => {
    const suite = suiteOf(10, { suite: 'estimated', repeats: 2 });
    const other = { ...suite, agent: 'novice' };
    evaluator.router.agents.add('novice');
    expect(await estimate(other)).toMatchObject({
      cases: 10,
      runs: 20,
      recorded: 0,
      basis: 'nothing is recorded of novice',
    });
    evaluator.router.answer = () => ({ output: 'yes', costUsd: 0.5, durationMs: 30 });
    await evaluator.completed((await start({ suite })).id);
    const known = await estimate(suite);
    expect(known).toMatchObject({ runs: 20, recorded: 20, costUsd: 10, basis: '20 runs of this suite' });
    expect(known.costLow).toBeCloseTo(10, 9);
    const cousin = await estimate({ ...suite, suite: 'another', backend: 'sim' });
    expect(cousin.recorded).toBe(0);
    expect((await estimate({ ...suite, suite: 'another' })).basis).toMatch(/^\d+ runs of helper$/);
  });

  it('refuses what an evaluation would refuse', async () => {
    await expect(estimate(suiteOf(1, { agent: 'nobody' }))).rejects.toMatchObject({ code: 'agent.not_found' });
    await expect(estimate(suiteOf(1), 'nowhere')).rejects.toMatchObject({ code: 'backend.not_found' });
  });
});
