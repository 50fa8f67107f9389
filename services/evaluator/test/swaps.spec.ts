import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  fromValue,
  type JsonObject,
  type MessageInitShape,
  type StartSwapRequestSchema,
  type Swap,
  TaskRequestSchema,
  toValue,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

type Asked = Omit<MessageInitShape<typeof StartSwapRequestSchema>, '$typeName' | 'tenant' | 'agent'>;

const TICK = { tickMs: 40, window: 64 };
const { method } = EvaluatorService;
const tenant = 'default';
let evaluator: EvaluatorFixture;
/** Of each test an agent of its own: one swap at a time is allowed. */
let agent = '';
let agents = 0;
/** Questions below this number are answered wrongly by the backend "other". */
let wrong = 0;
let hold = false;

beforeAll(async () => {
  evaluator = await startEvaluator(TICK);
  evaluator.router.backends.add('other');
  evaluator.router.answer = ({ input, backend }) => {
    if (hold && backend === 'other') return 'hold';
    const number = Number(String(fromValue(input)).replace('question ', ''));
    return {
      output: backend === 'other' && number < wrong ? 'no' : 'yes',
      costUsd: backend === 'other' ? 0.002 : 0.001,
    };
  };
});
afterAll(() => evaluator.stop());
beforeEach(() => {
  agent = `helper-${(agents += 1)}`;
  wrong = 0;
  hold = false;
  evaluator.router.agents.add(agent);
  evaluator.router.backends.add('other');
  evaluator.router.definitions.apply(agent, definitionOf('sim'));
});

const definitionOf = (backend: string, instructions = 'Help.'): JsonObject => ({
  name: agent,
  instructions,
  model: { backend },
});
const suite = (cases = 40, parts: JsonObject = {}) => suiteOf(cases, { suite: `suite-${agent}`, agent, ...parts });
const start = (asked: Asked = {}) =>
  evaluator.rpc.call(method.startSwap, {
    ...{ tenant, agent, toBackend: 'other', suite: suite(), margin: 0.1, actor: 'user:ann' },
    ...asked,
  });
const get = (id: string) => evaluator.rpc.call(method.getSwap, { tenant, id });
const stop = (id: string) => evaluator.rpc.call(method.stopSwap, { tenant, id, reason: 'enough', actor: 'user:bob' });
const until = (id: string, is: (swap: Swap) => boolean) =>
  waitFor(
    async () => {
      const swap = await get(id);
      return is(swap) ? swap : undefined;
    },
    { intervalMs: 20, describe: `swap ${id}` },
  );
const at = (id: string, status: string) => until(id, (swap) => swap.status === status);
const ended = (id: string) => until(id, ({ endedAt }) => endedAt !== undefined);
const acts = ({ steps }: Swap) => steps.map(({ act }) => act);
const rolloutOf = ({ rollout }: Swap) => evaluator.router.rollouts.get(rollout);

describe('a swap to another backend', () => {
  it('evaluates both, certifies, rolls out to a part, and ends as the rollout does; each step is on record', async () => {
    const begun = await start({ share: 0.2, guardrails: [{ measure: 'success', margin: 0.05 }], promoteAfter: 50 });
    expect(begun).toMatchObject({
      agent,
      baseline: { backend: 'sim' },
      candidate: { backend: 'other' },
      startedBy: 'user:ann',
    });
    const watching = await at(begun.id, 'watching');
    expect(watching).toMatchObject({
      verdict: 'PASS',
      plan: { suite: `suite-${agent}`, margin: 0.1 },
      costUsd: expect.closeTo(0.12),
    });
    expect(watching.evaluations).toMatchObject([
      { kind: 'suite', role: 'baseline', status: 'completed', done: 40, reused: false },
      { kind: 'suite', role: 'candidate', status: 'completed', done: 40 },
    ]);
    expect(rolloutOf(watching)).toMatchObject({
      ...{
        agent,
        candidate: watching.candidate?.agentVersion,
        share: 0.2,
        swap: begun.id,
        promoteAfter: 50,
        startedBy: 'user:ann',
      },
      guardrails: [{ name: 'success', measure: 'success', margin: 0.05 }],
    });
    const certificate = await evaluator.rpc.call(method.getCertificate, { tenant, id: watching.certificate });
    expect(certificate).toMatchObject({ status: 'in_force', swap: begun.id, margin: 0.1 });
    expect(certificate.candidate).toMatchObject({ backend: 'other', model: 'model of other', profileVersion: 'p1' });
    expect(certificate.results).toMatchObject([{ name: 'exact', kind: 'suite', verdict: 'PASS', cases: 40 }]);
    expect(certificate.costUsd?.difference).toBeCloseTo(0.001);
    expect(evaluator.router.definitions.applied.at(-1)).toMatchObject({ staged: true, actor: 'user:ann' });
    evaluator.router.definitions.promote(agent, watching.candidate?.agentVersion ?? '');
    Object.assign(rolloutOf(watching), { status: 'promoted', reason: 'No guardrail ended it.' });
    const promoted = await ended(begun.id);
    expect(promoted).toMatchObject({ status: 'promoted', reason: 'No guardrail ended it.' });
    expect(acts(promoted)).toEqual([
      ...['proposed', 'staged', 'started', 'evaluated', 'compared', 'certified', 'canary', 'rolled_out', 'ended'],
    ]);
    expect(promoted.steps[0]).toMatchObject({ actor: 'user:ann', position: 1 });
  });

  it('is refused where the other one is worse, with the scorer, the cases and by how much', async () => {
    wrong = 15;
    const refused = await ended((await start()).id);
    expect(refused).toMatchObject({ status: 'refused', verdict: 'FAIL', certificate: '', rollout: '' });
    expect(refused.reason).toMatch(
      /exact is worse by 37\.5 points over 40 cases .*Worst: case-0 \(exact 1\.00 → 0\.00\)/,
    );
    expect(refused.comparisons[0]?.worse).toHaveLength(10);
  });

  it('is refused by one critical case that does not pass', async () => {
    wrong = 1;
    const cases = Array.from({ length: 40 }, (_, n) => ({
      ...{ id: `case-${n}`, input: `question ${n}`, expected: 'yes' },
      ...(n === 0 ? { critical: true } : {}),
    }));
    const refused = await ended((await start({ suite: suite(1, { cases }), margin: 0.3 })).id);
    expect(refused).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('Critical cases that do not pass: case-0'),
    });
  });

  it('is inconclusive with too few cases, says how many more would do, and rolls nothing out', async () => {
    wrong = 1;
    const open = await ended((await start({ suite: suite(6), margin: 0.02 })).id);
    expect(open).toMatchObject({ status: 'inconclusive', verdict: 'INCONCLUSIVE', rollout: '' });
    expect(open.reason).toMatch(/not decided by 6 cases/);
  });

  it('is inconclusive when its money is spent', async () => {
    const capped = await ended((await start({ suite: suite(200), maxCostUsd: 0.05 })).id);
    expect(capped).toMatchObject({ status: 'inconclusive', reason: expect.stringContaining('before its last case') });
    expect(capped.evaluations.map(({ status }) => status)).toEqual(['capped', 'planned']);
  });

  it('takes an evaluation of the baseline that is there, and ends with the certificate where no canary is wanted', async () => {
    const first = await ended((await start({ noCanary: true })).id);
    expect(first).toMatchObject({ status: 'certified', rollout: '' });
    const second = await ended((await start({ noCanary: true })).id);
    expect(second.evaluations.map(({ id, reused }) => [id, reused])).toEqual([
      [first.evaluations[0]?.id, true],
      [expect.not.stringMatching(first.evaluations[1]?.id ?? ''), false],
    ]);
    expect(second).toMatchObject({ status: 'certified', costUsd: expect.closeTo(0.08) });
    const { swaps } = await evaluator.rpc.call(method.listSwaps, { tenant, agent });
    expect(swaps.map(({ costUsd }) => costUsd)).toEqual([expect.closeTo(0.08), expect.closeTo(0.12)]);
  });

  it('waits for a person where one is to approve, and only then', async () => {
    const { id } = await start({ approve: true });
    const waiting = await at(id, 'certified');
    expect(waiting).toMatchObject({ rollout: '', reason: expect.stringContaining('Not worse') });
    const approved = await evaluator.rpc.call(method.approveSwap, { tenant, id, actor: 'user:bob' });
    expect(approved).toMatchObject({ status: 'watching', approvedBy: 'user:bob' });
    expect(rolloutOf(approved).startedBy).toBe('user:bob');
    await stop(id);
    await expect(
      evaluator.rpc.call(method.approveSwap, { tenant, id: (await start({ noCanary: true })).id }),
    ).rejects.toMatchObject({ code: 'swap.conflict' });
  });

  it('replays recorded runs where there is no suite', async () => {
    const { router, idle } = evaluator;
    const keys = Array.from({ length: 12 }, (_, n) => `recorded ${agent} ${n}`);
    for (const [n, idempotencyKey] of keys.entries())
      await router.accept(
        tenant,
        create(TaskRequestSchema, { agent, input: toValue(`question ${n}`), idempotencyKey, user: `user-${n}` }),
      );
    const inputs = new Map(keys.map((key, n) => [router.runs.get(key)?.runId ?? '', toValue(`question ${n}`)]));
    router.also = (runId) => {
      const input = inputs.get(runId);
      return input ? { input } : {};
    };
    await idle();
    const { id } = await evaluator.rpc.call(method.startSwap, {
      ...{ tenant, agent, toBackend: 'other', replay: 10, margin: 0.5, noCanary: true },
    });
    const replayed = await ended(id);
    expect(replayed).toMatchObject({ status: 'certified', plan: { suite: '', replay: 10 } });
    expect(replayed.evaluations.map(({ kind, role, done }) => [kind, role, done])).toEqual([
      ['replay', 'baseline', 10],
      ['replay', 'candidate', 10],
    ]);
    const certificate = await evaluator.rpc.call(method.getCertificate, { tenant, id: replayed.certificate });
    expect(certificate.results.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'replay trajectory',
      'replay output',
    ]);
    wrong = 12;
    const refused = await evaluator.rpc.call(method.startSwap, { tenant, agent, toBackend: 'other', margin: 0.5 });
    expect((await ended(refused.id)).reason).toMatch(/Replayed: output is worse by/);
  });

  it('to a version or a definition goes the same way', async () => {
    const kept = evaluator.router.definitions.apply(agent, definitionOf('sim', 'Help well.'), true);
    const version = await ended((await start({ toBackend: '', toVersion: '2', noCanary: true })).id);
    expect(version).toMatchObject({ status: 'certified', candidate: { agentVersion: kept.version, backend: 'sim' } });
    const definition = definitionOf('sim', 'Help briefly.');
    const other = await ended((await start({ toBackend: '', definition, noCanary: true })).id);
    expect(other).toMatchObject({ status: 'certified', candidate: { backend: 'sim' } });
  });
});

describe('a swap that is interrupted', () => {
  it('stops where it is told to, in every state, and leaves nothing running', async () => {
    hold = true;
    const evaluating = await start();
    await until(evaluating.id, ({ evaluations }) => evaluations[1]?.status === 'running');
    expect(await stop(evaluating.id)).toMatchObject({ status: 'stopped', reason: 'user:bob stopped it: enough.' });
    expect((await get(evaluating.id)).evaluations[1]?.status).toBe('cancelled');
    hold = false;
    const certified = await start({ approve: true });
    await at(certified.id, 'certified');
    expect(await stop(certified.id)).toMatchObject({ status: 'stopped' });
    const watching = await start();
    const rollout = rolloutOf(await at(watching.id, 'watching'));
    expect(await stop(watching.id)).toMatchObject({ status: 'stopped' });
    expect(rollout).toMatchObject({ status: 'stopped', endedBy: 'user:bob' });
    expect(await stop(watching.id)).toMatchObject({ status: 'stopped', reason: 'user:bob stopped it: enough.' });
  });

  it("ends with a person's apply: what was compared is not what the agent has", async () => {
    hold = true;
    const { id } = await start();
    await at(id, 'evaluating');
    evaluator.router.definitions.apply(agent, definitionOf('sim', 'Another.'));
    expect(await ended(id)).toMatchObject({ status: 'stopped', reason: expect.stringContaining('applied version') });
  });

  it('is refused, or rolled back, where the backend vanishes', async () => {
    hold = true;
    const evaluating = await start();
    await until(evaluating.id, ({ evaluations }) => evaluations[1]?.status === 'running');
    evaluator.router.backends.delete('other');
    expect(await ended(evaluating.id)).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('"other" is gone'),
    });
    hold = false;
    evaluator.router.backends.add('other');
    const watching = await at((await start()).id, 'watching');
    const rollout = rolloutOf(watching);
    evaluator.router.backends.delete('other');
    expect(await ended(watching.id)).toMatchObject({
      status: 'rolled_back',
      reason: expect.stringContaining('"other" is gone'),
    });
    expect(rollout.status).toBe('rolled_back');
    // It was certified before it was used: what came of that counts for more.
    const certified = { tenant, id: watching.certificate };
    expect(await evaluator.rpc.call(method.getCertificate, certified)).toMatchObject({
      status: 'revoked',
      reason: expect.stringMatching(/^Rolled back: /),
    });
  });

  it('waits while the router is away, and goes on when it is back', async () => {
    const { id } = await start({ approve: true });
    await at(id, 'certified');
    evaluator.router.rollouts.away = true;
    await evaluator.rpc.call(method.approveSwap, { tenant, id, actor: 'user:bob' });
    await at(id, 'canary');
    evaluator.router.rollouts.away = false;
    await at(id, 'watching');
    expect((await stop(id)).status).toBe('stopped');
  });

  it('is one swap whichever step was done and not recorded before a crash, with several evaluators at it', async () => {
    const { id } = await start();
    const whole = await at(id, 'watching');
    await evaluator.stopAll();
    // As if each of the steps had been lost after its act, one more at a time.
    const [before] = await sql<{ n: number }>(
      evaluator.dataSource,
      'SELECT count(*)::integer AS n FROM evaluation.evaluations',
    );
    const rewinds: [string, number][] = [
      ['canary', 7],
      ['certified', 6],
      ['comparing', 4],
      ['evaluating', 2],
    ];
    for (const [status, revision] of rewinds) {
      await sql(evaluator.dataSource, 'DELETE FROM evaluation.swap_steps WHERE swap_id = $1 AND position > $2', [
        id,
        revision,
      ]);
      await sql(
        evaluator.dataSource,
        `UPDATE evaluation.swaps SET status = $2, revision = $3, rollout = '',
           certificate = CASE WHEN $3 < 6 THEN '' ELSE certificate END, verdict = CASE WHEN $3 < 5 THEN '' ELSE verdict END,
           evaluations = CASE WHEN $3 < 3 THEN replace(evaluations::text, '"started":true', '"started":false')::json ELSE evaluations END
         WHERE id = $1`,
        [id, status, revision],
      );
      await Promise.all([evaluator.startOne(), evaluator.startOne()]);
      const again = await at(id, 'watching');
      await evaluator.stopAll();
      expect([again.certificate, again.rollout, acts(again)]).toEqual([whole.certificate, whole.rollout, acts(whole)]);
    }
    const [after] = await sql<{ n: number }>(
      evaluator.dataSource,
      'SELECT count(*)::integer AS n FROM evaluation.evaluations',
    );
    expect(after).toEqual(before);
    await evaluator.startOne();
    expect((await stop(id)).status).toBe('stopped');
  });
});

describe('a swap that cannot be', () => {
  const refused = (asked: Asked, code: string, message: RegExp) =>
    expect(start(asked)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });

  it('is refused with a code before anything is stored', async () => {
    await refused({ toBackend: 'nowhere' }, 'backend.not_found', /nowhere/);
    await refused({ toBackend: 'sim' }, 'swap.same_backend', /runs on "sim" already/);
    await refused({ toBackend: '', toVersion: '1' }, 'swap.same_version', /current one/);
    await refused({ toBackend: '', toVersion: '9' }, 'agent.not_found', /no version/);
    await refused({ toBackend: '' }, 'swap.invalid', /not said what to swap to/);
    await refused({ toVersion: '1' }, 'swap.invalid', /Give one of/);
    await refused({ toBackend: '', definition: { name: 'somebody' } }, 'swap.invalid', /"somebody"/);
    await refused({ toBackend: '', definition: { name: agent } }, 'agent.invalid', /no instructions/);
    await refused({ toBackend: '', definition: definitionOf('sim') }, 'swap.same_version', /current one/);
    await refused({ suite: suiteOf(2, { suite: 'else' }) }, 'swap.invalid', /of the agent "helper"/);
    await refused({ suiteName: 'both' }, 'swap.invalid', /not both/);
    await refused({ suite: { suite: 'bad' } }, 'suite.invalid', /cases/);
    await refused({ margin: 0 }, 'swap.invalid', /margin is 0/);
    await refused({ maxCostUsd: -1 }, 'swap.invalid', /\$-1/);
    await refused({ share: 2 }, 'swap.invalid', /share is 2/);
    await refused({ guardrails: [{ measure: 'luck', margin: 0.1 }] }, 'swap.invalid', /"luck"/);
    await refused({ replay: 9_999 }, 'swap.invalid', /too many/);
    await expect(evaluator.rpc.call(method.getSwap, { tenant, id: 'swap_none' })).rejects.toMatchObject({
      code: 'swap.not_found',
    });
    const { swaps } = await evaluator.rpc.call(method.listSwaps, { tenant, agent });
    expect(swaps).toEqual([]);
  });

  it('does not begin beside a rollout, unless it ends with its certificate', async () => {
    const rollout = evaluator.router.rollouts.start({ id: `rollout_${agent}`, tenant, agent });
    await refused({}, 'rollout.conflict', /cannot begin beside it/);
    expect((await start({ noCanary: true, dryRun: true })).status).toBe('proposed');
    rollout.status = 'stopped';
  });

  it('has nothing to evaluate by where there is neither a suite nor a recorded run', async () => {
    await expect(evaluator.rpc.call(method.startSwap, { tenant, agent, toBackend: 'other' })).rejects.toMatchObject({
      ...{ code: 'swap.invalid', message: expect.stringContaining('no suite was given') },
    });
  });

  it('of an agent that names no backend starts from where it mostly ran, and says so', async () => {
    evaluator.router.definitions.apply(agent, { name: agent, instructions: 'Any.' });
    await refused({}, 'swap.invalid', /has not run yet/);
  });

  it('is one at a time, however many ask at once', async () => {
    hold = true;
    const asked = await Promise.allSettled([start(), start(), start(), start()]);
    const made = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value.id] : []));
    expect(made).toHaveLength(1);
    await refused({}, 'swap.conflict', new RegExp(`${made[0]} of "${agent}" is under way`));
    await stop(made[0] ?? '');
  });

  it('is only told in a dry run: nothing is stored, and no version kept', async () => {
    const kept = evaluator.router.definitions.applied.length;
    const told = await start({ dryRun: true });
    expect(told).toMatchObject({ id: '', estimate: { runs: 80 }, candidate: { backend: 'other', agentVersion: '' } });
    expect(acts(told)).toEqual(['proposed', 'staged', 'started', 'certified', 'rolled_out']);
    expect((await evaluator.rpc.call(method.listSwaps, { tenant, agent })).swaps).toEqual([]);
    expect(evaluator.router.definitions.applied).toHaveLength(kept);
  });
});
