import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EvaluatorService, type AddWatchRequest, type WatchTurn } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { createLogger } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import { CertificateRepository } from '../src/certificates/certificate.repository.js';
import { CertificatesService } from '../src/certificates/certificates.service.js';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';
import type { Answer, AnsweredAs } from './stub-router.fixture.js';

const { method } = EvaluatorService;
const tenant = 'default';
/** Probes of a turn. */
const PROBES = 6;
const USUAL: AnsweredAs = { model: 'm', inputTokens: 40, turnMs: 100 };
const answering = (output: string, parts: Partial<AnsweredAs> = {}): Answer => ({ output, as: { ...USUAL, ...parts } });

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator({ tickMs: 50 });
  await evaluator.startOne();
});
afterAll(() => evaluator.stop());
beforeEach(() => {
  evaluator.router.answer = () => answering('yes');
});

type Wanted = Partial<Omit<AddWatchRequest, '$typeName' | '$unknown'>>;
const add = (name: string, more: Wanted = {}) => {
  evaluator.router.backends.add(name);
  return evaluator.rpc.call(method.addWatch, { tenant, name, backend: name, actor: 'user:ann', ...more });
};
const get = (name: string) => evaluator.rpc.call(method.getWatch, { tenant, name });
const ended = (name: string, number: number): Promise<WatchTurn> =>
  waitFor(
    async () => {
      const [last] = (await get(name)).turns;
      return last && last.number >= number && last.status !== 'running' ? last : undefined;
    },
    { intervalMs: 20, describe: `turn ${number} of ${name} to end` },
  );
/** Takes so many more turns. @returns the last */
async function take(name: string, turns: number): Promise<WatchTurn> {
  let last = await ended(name, 1);
  for (let turn = 0; turn < turns; turn += 1) {
    await evaluator.rpc.call(method.runWatch, { tenant, name });
    last = await ended(name, last.number + 1);
  }
  return last;
}
const found = async (backend: string) => (await evaluator.rpc.call(method.listDrift, { tenant, backend })).findings;
const tasksOf = (turn: WatchTurn | undefined) =>
  [...evaluator.router.runs.keys()].filter((key) => turn?.evaluations.some((id) => key.startsWith(`eval:${id}:`)));

describe('a watch', () => {
  it('takes its first turn at once, by one replica of several, and every turn once', async () => {
    expect(await add('first')).toMatchObject({
      everySeconds: 3_600,
      maxCostUsd: 1,
      tests: ['tokens', 'answers', 'latency'],
    });
    const turn = await take('first', 2);
    expect(turn).toMatchObject({ number: 3, status: 'done', reason: '', findings: [], costUsd: 0.006 });
    const { turns, spentUsd } = await get('first');
    expect(turns.map(({ number, status }) => [number, status])).toEqual([
      [3, 'done'],
      [2, 'done'],
      [1, 'done'],
    ]);
    expect(turns.map((one) => tasksOf(one).length)).toEqual([PROBES, PROBES, PROBES]);
    expect(spentUsd).toBeCloseTo(0.018, 9);
  });

  it('makes up for missed turns by one, and goes on where a clock has gone back', async () => {
    await add('missed');
    await ended('missed', 1);
    const shift = (hours: number) =>
      sql(
        evaluator.dataSource,
        `UPDATE evaluation.watches SET next_at = now() + make_interval(hours => $1) WHERE name = 'missed'`,
        [hours],
      );
    await shift(-30);
    await ended('missed', 2);
    await shift(5);
    expect(await ended('missed', 3)).toMatchObject({ number: 3 });
    const { nextAt, turns } = await get('missed');
    expect(turns).toHaveLength(3);
    expect(Number(nextAt?.seconds ?? 0) * 1_000).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it('notices another template by its own probe at once, and what was certified of the backend expires', async () => {
    const logger = createLogger('test', { level: 'silent' });
    const repository = new CertificateRepository(evaluator.dataSource);
    const { id } = await new CertificatesService(repository, () => new Date(), logger).issue({
      ...{ tenant, agent: 'helper', margin: 0.02, evaluations: [], evidence: {}, issuedBy: 'user:ann' },
      baseline: { backend: 'elsewhere' },
      candidate: { backend: 'template', profileVersion: 'p', model: 'm' },
      results: [{ name: 'exact', verdict: 'PASS', cases: 40 }],
    });
    await add('template');
    await take('template', 1);
    evaluator.router.answer = () => answering('yes', { inputTokens: 47 });
    const { findings, number } = await take('template', 1);
    expect(await found('template')).toMatchObject([
      {
        id: findings[0],
        kind: 'template',
        cause: 'provider_change',
        watch: 'template',
        certificates: [id],
        evidence: { turn: number },
      },
    ]);
    expect(await evaluator.rpc.call(method.getCertificate, { tenant, id })).toMatchObject({ status: 'expired' });
    expect((await take('template', 1)).findings).toEqual([]);
  });

  it('shows another model in the runs of its probe, and tells it once', async () => {
    await add('model');
    await ended('model', 1);
    evaluator.router.answer = () => answering('no', { model: 'm-2', inputTokens: 80 });
    expect((await take('model', 2)).findings).toEqual([]);
    expect(await found('model')).toMatchObject([{ kind: 'model', from: 'm', to: 'm-2' }]);
  });

  it('notices lower scores of a suite by turns, dates them, and survival ends what ran on the backend', async () => {
    await evaluator.rpc.call(method.applySuite, {
      tenant,
      suite: suiteOf(10, { suite: 'watched' }),
      actor: 'user:ann',
    });
    await add('quality', { suite: 'watched', tests: ['quality'] });
    await take('quality', 5);
    const before = await ended('quality', 6);
    evaluator.router.answer = ({ metadata }) => answering(metadata['suite'] === 'watched' ? 'no' : 'yes');
    let last = before;
    while (last.findings.length === 0 && last.number < 16) last = await take('quality', 1);
    const [finding] = await found('quality');
    expect(finding).toMatchObject({
      kind: 'quality',
      cause: 'drift',
      from: 'mean score 1.000',
      to: 'mean score 0.000',
    });
    expect(finding?.changedAfter).toEqual(before.beganAt);
    const { lives } = await evaluator.rpc.call(method.getSurvival, { tenant, agent: 'helper' });
    expect(lives.find(({ backend }) => backend === 'quality')).toMatchObject({
      cause: 'drift',
      endedAt: finding?.changedBefore,
    });
  });

  it('that cannot reach its backend says so, which is no drift', async () => {
    await add('away');
    await take('away', 1);
    evaluator.router.answer = () => ({ error: 'model.unreachable' });
    expect(await take('away', 1)).toMatchObject({
      status: 'unreachable',
      reason: expect.stringContaining('model.unreachable'),
    });
    evaluator.router.answer = () => answering('yes');
    expect((await take('away', 1)).status).toBe('done');
    expect(await found('away')).toEqual([]);
  });

  it('spends no more than it may in a day', async () => {
    await add('dear', { maxCostUsd: 0.004 });
    const first = await ended('dear', 1);
    expect(first.costUsd).toBeLessThan(0.011);
    expect(await take('dear', 1)).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('money is spent'),
      evaluations: [],
    });
  });

  it('is the same when it is added again, is no other under its name, and leaves with its turns', async () => {
    await add('named');
    expect((await add('named')).name).toBe('named');
    await expect(add('named', { everySeconds: 60 })).rejects.toMatchObject({ code: 'watch.conflict' });
    const names = async () =>
      (await evaluator.rpc.call(method.listWatches, { tenant })).watches.map(({ name }) => name);
    expect(await names()).toContain('named');
    await ended('named', 1);
    await evaluator.rpc.call(method.removeWatch, { tenant, name: 'named' });
    expect(await names()).not.toContain('named');
    await expect(get('named')).rejects.toMatchObject({ code: 'watch.not_found' });
  });

  it('is refused where it says nothing that can be done', async () => {
    const refused: [Wanted, string][] = [
      [{ backend: 'nowhere' }, 'backend.not_found'],
      [{ suite: 'nothing' }, 'suite.not_found'],
      [{ agent: 'helper' }, 'watch.invalid'],
      [{ agent: 'nobody', suite: 'watched' }, 'agent.not_found'],
      [{ tests: ['quality'] }, 'watch.invalid'],
      [{ tests: ['mood'] }, 'watch.invalid'],
      [{ everySeconds: 5 }, 'watch.invalid'],
      [{ maxCostUsd: -1 }, 'watch.invalid'],
      [{ maxCostUsd: Number.NaN }, 'watch.invalid'],
      [{ name: 'a b' }, 'contract.invalid'],
    ];
    for (const [wanted, code] of refused) await expect(add('refused', wanted)).rejects.toMatchObject({ code });
  });

  it('goes on with a turn where it was when everything stops, and ends it in time with what was answered', async () => {
    evaluator.router.answer = () => 'hold';
    await add('held');
    // What an evaluation may cost lets it begin with one run.
    const held = () => [...evaluator.router.runs.values()].filter(({ task }) => task.backend === 'held').length;
    await waitFor(() => held() > 0, { describe: 'a probe to be accepted' });
    await expect(evaluator.rpc.call(method.runWatch, { tenant, name: 'held' })).rejects.toMatchObject({
      code: 'watch.conflict',
    });
    await evaluator.stopAll();
    await evaluator.startOne({ watchTurnMs: 1 });
    const turn = await ended('held', 1);
    expect(turn).toMatchObject({ number: 1, status: 'unreachable' });
    expect([held(), tasksOf(turn).length, evaluator.router.cancelled.length]).toEqual([1, 1, 1]);
    expect(await found('held')).toEqual([]);
  });
});
