import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  RunEventSchema,
  timestampFromMs,
  timestampDate,
  type Canary,
  type MessageInitShape,
  type RolloutSchema,
  type RunAcceptedSchema,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { BEGAN, drawnRuns, record, startedAt, type RecordedRun } from './canary.fixture.js';
import { startEvaluator, type EvaluatorFixture } from './evaluator.fixture.js';

type RolloutInit = MessageInitShape<typeof RolloutSchema>;

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator({ canaryTickMs: 20 });
});
afterAll(() => evaluator.stop());

const rollouts = () => evaluator.router.rollouts;
const canary = (rollout: string) =>
  evaluator.rpc.call(EvaluatorService.method.getCanary, { tenant: 'default', rollout });
const begin = (id: string, more: RolloutInit = {}) => rollouts().start({ id, startedAt, ...more });
const keep = (rollout: string, runs: readonly RecordedRun[]) => record(evaluator.dataSource, rollout, runs);
const until = (rollout: string, what: string, holds: (canary: Canary) => boolean): Promise<Canary> =>
  waitFor(
    async () => {
      const found = await canary(rollout);
      return holds(found) ? found : undefined;
    },
    { describe: `${rollout}: ${what}` },
  );
const ended = (rollout: string) =>
  until(rollout, 'to have ended', ({ decision, state }) => state === 'ended' && decision !== '');
const weighed = (rollout: string, runs: number) =>
  until(
    rollout,
    `${runs} exposures to be weighed`,
    (found) => found.candidateExposures + found.baselineExposures === runs,
  );
/** So many looks that began after this was called. */
async function looks(rollout: string, count = 2): Promise<Canary> {
  let last = await canary(rollout);
  for (let look = 0; look < count; look += 1) {
    const before = last.lookedAt ? timestampDate(last.lookedAt).getTime() : 0;
    last = await until(
      rollout,
      'the next look',
      ({ lookedAt }) => lookedAt !== undefined && timestampDate(lookedAt).getTime() > before,
    );
  }
  return last;
}

describe('a canary', () => {
  it('that is worse by far is rolled back once, with the guardrail and the numbers', async () => {
    begin('ro_worse');
    await keep('ro_worse', drawnRuns('worse', 120, 1, { candidate: 0.4 }));
    const found = await ended('ro_worse');
    expect(found.rollout).toMatchObject({ status: 'rolled_back', guardrail: 'success', endedBy: 'evaluator' });
    expect(found.rollout?.reason).toMatch(
      /^success of the candidate \d+\.\d % over \d+, of the baseline \d+\.\d % over \d+: −\d+\.\d points/,
    );
    expect(found.guardrails).toEqual([expect.objectContaining({ verdict: 'harm', decidedAt: expect.anything() })]);
    expect(rollouts().ends.filter(({ id }) => id === 'ro_worse')).toHaveLength(1);
  });

  it('that is as good is watched, and promoted after as many exposures as asked for, and not before', async () => {
    begin('ro_good', { promoteAfter: 100 });
    const runs = drawnRuns('good', 400, 2);
    const enough = runs.findIndex(
      (_, index) => runs.slice(0, index + 1).filter(({ arm }) => arm === 'candidate').length === 100,
    );
    await keep('ro_good', runs.slice(0, enough));
    const before = await weighed('ro_good', enough);
    expect(before).toMatchObject({ state: 'watching', candidateExposures: 99, moreUntilPromotion: 1, decision: '' });
    await keep('ro_good', runs.slice(enough));
    const found = await ended('ro_good');
    expect(found.rollout).toMatchObject({ status: 'promoted', guardrail: '', endedBy: 'evaluator' });
    expect(found.rollout?.reason).toContain('no guardrail found harm: success of the candidate');
  });

  it('waits for runs where an arm has none, and says so', async () => {
    begin('ro_silent');
    await keep(
      'ro_silent',
      drawnRuns('silent', 50, 3).filter(({ arm }) => arm === 'baseline'),
    );
    const found = await until('ro_silent', 'a look', ({ baselineExposures }) => baselineExposures > 0);
    expect(found).toMatchObject({ state: 'waiting', candidateExposures: 0, guardrails: [{ verdict: 'waiting' }] });
  });

  it('compares the first run of a thread that ended, and no run that was replayed, redriven or cancelled', async () => {
    begin('ro_first');
    const [first, second, ...more] = drawnRuns('first', 8, 4, { baseline: 1, candidate: 1 });
    if (!first || !second) throw new Error('There are eight.');
    await keep('ro_first', [
      ...[first, second, ...more],
      { ...first, runId: 'run_first_later', at: 60_000, status: 'failed' },
      { ...first, runId: 'run_first_replay', thread: 'replay', replayed: true, status: 'failed' },
      { ...first, runId: 'run_first_redrive', thread: 'redrive', redriveOf: 'run_x', status: 'failed' },
      { ...first, runId: 'run_first_cancelled', thread: 'cancelled', status: 'cancelled' },
    ]);
    expect(await weighed('ro_first', 8)).toMatchObject({ guardrails: [{ candidate: { mean: 1 } }] });
  });

  it('is decided the same in whatever order its outcomes arrive, however often they are told', async () => {
    const runs = drawnRuns('order', 60, 5, { baseline: 0.8, candidate: 0.8 });
    begin('ro_order');
    const accepted = new Map<string, MessageInitShape<typeof RunAcceptedSchema>>();
    evaluator.router.began = (runId) => accepted.get(runId) ?? {};
    evaluator.router.also = (runId) => ({ thread: runId });
    for (const { runId, arm, status, at } of [...runs].reverse()) {
      const common = { tenant: 'default', runId, agent: 'helper', seq: 2, time: timestampFromMs(BEGAN.getTime() + at) };
      const value = { configuration: 'sha256:order', costUsd: 0.01, durationMs: 10 };
      const end = create(RunEventSchema, {
        ...common,
        body: status === 'failed' ? { case: 'runFailed', value } : { case: 'runCompleted', value },
      });
      accepted.set(runId, { rollout: 'ro_order', rolloutArm: arm });
      evaluator.router.ends.set(runId, end);
      await evaluator.router.tell(end);
      await evaluator.router.tell(end);
    }
    begin('ro_straight');
    await keep(
      'ro_straight',
      runs.map((run) => ({ ...run, runId: `${run.runId}_straight` })),
    );
    const [shuffled, straight] = [await weighed('ro_order', 60), await weighed('ro_straight', 60)];
    expect(shuffled.guardrails).toEqual(straight.guardrails);
    expect(await evaluator.outcome(runs[0]?.runId ?? '')).toMatchObject({
      rollout: 'ro_order',
      rolloutArm: runs[0]?.arm,
    });
  });

  it('that a person ended is left alone, and is told as it ended', async () => {
    const rollout = begin('ro_person', { promoteAfter: 1_000 });
    await keep('ro_person', drawnRuns('person', 20, 6));
    await weighed('ro_person', 20);
    Object.assign(rollout, { status: 'stopped', endedBy: 'user:ann', reason: 'We wait.' });
    await waitFor(async () => (await listed('stopped')).includes('ro_person'), { describe: 'the end to be noted' });
    await keep('ro_person', drawnRuns('person2', 120, 7, { candidate: 0.1 }));
    await looks('ro_silent');
    expect(await canary('ro_person')).toMatchObject({
      ...{ state: 'ended', decision: '', candidateExposures: expect.any(Number) },
      rollout: { status: 'stopped', endedBy: 'user:ann', reason: 'We wait.' },
    });
    expect(rollouts().ends.filter(({ id }) => id === 'ro_person')).toEqual([]);
  });

  it('is ended though the router is away when it is decided, and though its answers are lost', async () => {
    begin('ro_away');
    begin('ro_lost');
    rollouts().lostAcknowledgements = 2;
    await keep('ro_lost', drawnRuns('lost', 120, 8, { candidate: 0.3 }));
    expect((await ended('ro_lost')).rollout).toMatchObject({ status: 'rolled_back', endedBy: 'evaluator' });
    rollouts().away = true;
    await keep('ro_away', drawnRuns('away', 120, 9, { candidate: 0.3 }));
    await evaluator.stopAll();
    await evaluator.startOne();
    rollouts().away = false;
    expect((await ended('ro_away')).rollout).toMatchObject({ status: 'rolled_back', endedBy: 'evaluator' });
  });

  it('ends as it was decided, whatever is recorded after', async () => {
    begin('ro_kept');
    rollouts().lostAcknowledgements = 3;
    await keep('ro_kept', drawnRuns('kept', 120, 10, { candidate: 0.3 }));
    await waitFor(() => rollouts().ends.some(({ id }) => id === 'ro_kept'), { describe: 'the first word' });
    // Runs that ended before all others, and speak for the candidate.
    const early = drawnRuns('early', 400, 11).map((run) => ({
      ...run,
      at: run.at / 1_000_000,
      status: 'completed' as const,
    }));
    await keep('ro_kept', early);
    const found = await ended('ro_kept');
    expect(found.decision).toBe('rolled_back');
    expect(
      new Set(
        rollouts()
          .ends.filter(({ id }) => id === 'ro_kept')
          .map(({ reason }) => reason),
      ).size,
    ).toBe(1);
  });

  it('is decided once by two replicas, and by one that is started in the middle', async () => {
    await evaluator.startOne();
    begin('ro_two', { promoteAfter: 150 });
    const runs = drawnRuns('two', 400, 12);
    await keep('ro_two', runs.slice(0, 100));
    await weighed('ro_two', 100);
    await evaluator.stopAll();
    await keep('ro_two', runs.slice(100));
    await evaluator.startOne();
    await evaluator.startOne();
    expect((await ended('ro_two')).rollout).toMatchObject({ status: 'promoted' });
    const [row] = await sql<{ n: number }>(
      evaluator.dataSource,
      `SELECT count(*)::integer AS n FROM evaluation.canaries WHERE rollout = 'ro_two'`,
    );
    expect(row?.n).toBe(1);
  });

  it('looks at feedback in the order in which it came, and by the first word alone', async () => {
    begin('ro_said', { guardrails: [{ name: 'liked', measure: 'feedback', margin: 0.1 }] });
    const runs = drawnRuns('said', 90, 13);
    await keep('ro_said', runs);
    for (const { runId, arm } of runs) {
      evaluator.router.ends.set(
        runId,
        create(RunEventSchema, {
          tenant: 'default',
          runId,
          agent: 'helper',
          body: { case: 'runCompleted', value: {} },
        }),
      );
      await say(runId, arm === 'candidate' ? 0.85 : 0.9);
    }
    const all = await until(
      'ro_said',
      'all words',
      ({ guardrails: [one] }) => (one?.candidate?.exposures ?? 0) + (one?.baseline?.exposures ?? 0) === 90,
    );
    expect(all.guardrails[0]).toMatchObject({ verdict: 'watching' });
    expect(all.guardrails[0]?.candidate?.mean).toBeCloseTo(0.85, 6);
    expect(all.guardrails[0]?.baseline?.mean).toBeCloseTo(0.9, 6);
    for (const { runId } of runs.slice(0, 5)) await say(runId, 0);
    const revised = await looks('ro_said');
    expect(revised.guardrails).toEqual(all.guardrails);
  });

  it('weighs cost and latency from a hundred runs of each arm on', async () => {
    begin('ro_dear', {
      guardrails: [
        { measure: 'success', margin: 0.02 },
        { measure: 'cost', margin: 0.1 },
        { name: 'quick', measure: 'latency', margin: 0.1 },
      ],
    });
    const runs = drawnRuns('dear', 600, 14).map((run, index) => ({
      ...run,
      durationMs: 900 + (index % 21) * 10,
      costUsd: (run.arm === 'candidate' ? 0.02 : 0.01) * (1 + (index % 7) / 10),
    }));
    await keep('ro_dear', runs.slice(0, 150));
    const few = await weighed('ro_dear', 150);
    expect(few.guardrails[1]).toMatchObject({ verdict: 'watching', note: 'decides from 100 runs of each arm on' });
    expect(few.guardrails[1]?.moreExposures).toBeGreaterThan(0);
    await keep('ro_dear', runs.slice(150));
    const found = await ended('ro_dear');
    expect(found.rollout).toMatchObject({ status: 'rolled_back', guardrail: 'cost' });
    expect(found.guardrails.map(({ guardrail, verdict }) => [guardrail?.name, verdict])).toEqual([
      ['success', 'held'],
      ['cost', 'harm'],
      ['quick', 'no_worse'],
    ]);
  });

  it('that was rolled back ends the life of its configuration, by what its guardrail measured', async () => {
    begin('ro_life', { agent: 'liver', candidate: 'sha256:candidate' });
    await keep('ro_life', drawnRuns('life', 120, 16, { candidate: 0.3 }));
    const configuration = (arm: string) => ({
      fingerprint: `sha256:${arm}`,
      agentVersion: `sha256:${arm}`,
      backend: 'sim',
    });
    for (const arm of ['candidate', 'baseline'])
      await sql(
        evaluator.dataSource,
        `WITH moved AS (UPDATE evaluation.outcomes SET agent = 'liver', configuration = $1 || ':life' WHERE rollout = 'ro_life' AND rollout_arm = $2)
         INSERT INTO evaluation.configurations VALUES ('default', $1 || ':life', 'liver', $3, now())`,
        [`sha256:${arm}`, arm, JSON.stringify({ ...configuration(arm), fingerprint: `sha256:${arm}:life` })],
      );
    const { rollout } = await ended('ro_life');
    const { lives } = await evaluator.rpc.call(EvaluatorService.method.getSurvival, {
      tenant: 'default',
      agent: 'liver',
      quietDays: 10_000,
    });
    const [candidate, baseline] = ['candidate', 'baseline'].map((arm) =>
      lives.find(({ fingerprint }) => fingerprint === `sha256:${arm}:life`),
    );
    expect(candidate).toMatchObject({ cause: 'error_rate', endedAt: rollout?.endedAt });
    expect(baseline).toMatchObject({ cause: '' });
  });

  it('of which nobody knows is an error with its code', async () => {
    await expect(canary('ro_none')).rejects.toMatchObject({ code: 'rollout.not_found' });
  });
});

describe('twenty canaries', () => {
  const SERIES = 10;
  const DESIGN = { share: 0.25, baseline: 0.9 };

  it('that lost ten points are rolled back within 300 exposures, and those that are as good are promoted', async () => {
    const ids = Array.from({ length: SERIES }, (_, index) => [`ro_lost${index}`, `ro_same${index}`] as const);
    for (const [index, [lost, same]] of ids.entries()) {
      await keep(lost, drawnRuns(lost, 1_400, 100 + index, { ...DESIGN, candidate: 0.8 }));
      await keep(same, drawnRuns(same, 1_400, 200 + index, { ...DESIGN, candidate: 0.9 }));
      begin(lost, { share: DESIGN.share, promoteAfter: 300 });
      begin(same, { share: DESIGN.share, promoteAfter: 300 });
    }
    const statuses = async (index: 0 | 1) =>
      Promise.all(ids.map(async (pair) => (await ended(pair[index])).rollout?.status));
    expect(await statuses(0)).toEqual(ids.map(() => 'rolled_back'));
    expect(await statuses(1)).toEqual(ids.map(() => 'promoted'));
  });
});

async function say(runId: string, value: number): Promise<void> {
  await evaluator.feedback({ runId, by: 'user:ann', value: { kind: { case: 'numberValue', value } } });
}

async function listed(status: string): Promise<string[]> {
  const { canaries } = await evaluator.rpc.call(EvaluatorService.method.listCanaries, { tenant: 'default', status });
  return canaries.map(({ rollout }) => rollout?.id ?? '');
}
