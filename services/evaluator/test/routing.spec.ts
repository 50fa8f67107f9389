import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  RunEventSchema,
  timestampFromMs,
  TaskRequestSchema,
  toValue,
  type GetRoutingRequestSchema,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { decideFrom, drawOf, readSnapshot, recordOf, type RoutedTask } from '@switchyard/evidence';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator();
  for (const agent of ['writer', 'tried', 'rated', 'grown']) evaluator.router.agents.add(agent);
});
afterAll(() => evaluator.stop());

let runs = 0;
interface Ended {
  agent?: string;
  backend?: string;
  fails?: string;
  costUsd?: number;
  runId?: string;
}

/** A run that ended in production. */
async function ended({
  agent = 'writer',
  backend = 'good',
  fails,
  costUsd = 0.01,
  runId,
}: Ended = {}): Promise<string> {
  runs += 1;
  const id = runId ?? `run_r${String(runs).padStart(6, '0')}`;
  const value = { backend, configuration: `sha256:${backend}`, costUsd, durationMs: 100 };
  const event = create(RunEventSchema, {
    ...{ tenant: 'default', runId: id, agent, seq: 2, time: timestampFromMs(1_700_000_000_000 + runs * 1_000) },
    body: fails
      ? { case: 'runFailed', value: { ...value, error: { code: fails, message: 'It failed.' } } }
      : { case: 'runCompleted', value },
  });
  evaluator.router.ends.set(id, event);
  await evaluator.router.tell(event);
  return id;
}

const routing = (agent: string, more: Partial<MessageInitShape<typeof GetRoutingRequestSchema>> = {}) =>
  evaluator.rpc.call(EvaluatorService.method.getRouting, { tenant: 'default', ...more, agent });

describe('what is learnt of backends', () => {
  it('is how production went, an entry a run, and nothing twice', async () => {
    expect(await routing('writer', { beliefs: true })).toMatchObject({ revision: 0, learnt: 0, beliefs: [] });
    for (let i = 0; i < 8; i += 1) await ended({ backend: 'good' });
    for (let i = 0; i < 8; i += 1) await ended({ backend: 'bad', fails: 'model.overloaded', costUsd: 0.02 });
    await evaluator.idle();
    const view = await routing('writer', { beliefs: true });
    expect(view).toMatchObject({ revision: 16, learnt: 16, explored: 0, behind: false });
    const [bad, good] = view.beliefs;
    expect(bad).toMatchObject({ backend: 'bad', taskClass: '', failureRate: 1 });
    expect(good).toMatchObject({ backend: 'good', failureRate: 0 });
    expect(good?.latencyMs).toBeCloseTo(100);
    expect(good?.quality).toBeGreaterThan((bad?.quality ?? 1) + 0.4);
    expect(bad?.costUsd).toBeCloseTo(0.02);
    const again = await routing('writer', { knownRevision: 16 });
    expect(again).toMatchObject({ unchanged: true, revision: 16 });
    expect(again.snapshot).toBeUndefined();
    expect(readSnapshot((await routing('writer')).snapshot)?.revision).toBe(16);
  });

  it('is not what evaluations showed, which only says what to expect of a backend that has no runs', async () => {
    evaluator.router.answer = ({ input }) => ({ output: JSON.stringify(input).includes('0') ? 'yes' : 'no' });
    evaluator.router.also = () => ({ backend: 'sim' });
    const { id } = await evaluator.start(suiteOf(4, { agent: 'tried' }));
    await evaluator.completed(id);
    await evaluator.idle();
    evaluator.router.also = () => ({});
    const view = await routing('tried');
    expect(view).toMatchObject({ learnt: 0, revision: 1 });
    // One of four was right.
    expect(view.snapshot).toMatchObject({ priors: { sim: { quality: 0.25, runs: 4 } } });
    expect(await routing('tried')).toMatchObject({ revision: 1 });
  });

  it('is what people say too, also when they say it late, and once', async () => {
    const runId = await ended({ agent: 'rated' });
    await evaluator.idle();
    expect(await routing('rated')).toMatchObject({ revision: 1 });
    const rate = () => evaluator.feedback({ runId, value: toValue(0.1), by: 'user:ann', id: 'word-1' });
    await rate();
    await rate();
    const view = await routing('rated', { beliefs: true });
    expect(view).toMatchObject({ revision: 2, learnt: 1 });
    expect(view.beliefs[0]?.quality).toBeLessThan(0.6);
    expect(await routing('rated')).toMatchObject({ revision: 2 });
  });

  it('counts what was given to a backend only to learn', async () => {
    const runId = 'run_explored';
    const event = create(RunEventSchema, {
      ...{ tenant: 'default', runId, agent: 'grown', seq: 1, time: timestampFromMs(1) },
      body: { case: 'runAccepted', value: { routing: { explored: true } } },
    });
    await evaluator.router.tell(event);
    await evaluator.idle();
    await ended({ agent: 'grown', runId });
    await evaluator.idle();
    expect(await routing('grown')).toMatchObject({ learnt: 1, explored: 1 });
  });

  it('is the same as of any revision that ever was, by one evaluator or another', async () => {
    const [six, sixteen] = [await routing('writer', { revision: 6 }), await routing('writer', { revision: 16 })];
    await evaluator.stopAll();
    await evaluator.startOne();
    expect(await routing('writer', { revision: 6 })).toEqual(six);
    await evaluator.dataSource.query('DELETE FROM evaluation.routing_states');
    expect(await routing('writer')).toEqual({ ...sixteen, behind: false });
    expect(six.snapshot).not.toEqual(sixteen.snapshot);
    await expect(routing('writer', { revision: 99 })).rejects.toMatchObject({ code: 'routing.revision_not_found' });
    await expect(routing('nobody')).rejects.toMatchObject({ code: 'agent.not_found' });
  });
});

describe('the explanation of a run', () => {
  const task: RoutedTask = {
    ...{ policy: { kind: 'best-quality' }, taskClass: '', contextTokens: 100 },
    candidates: ['good', 'bad'].map((backend) => ({ backend, health: 'fit', contextWindow: 8_000 })),
  };

  /** A run that the stub router accepted with this decision. */
  async function accepted(idempotencyKey: string, change: JsonObject = {}): Promise<string> {
    const runId = `run_${idempotencyKey}`;
    const snapshot = readSnapshot((await routing('writer')).snapshot);
    if (!snapshot) throw new Error('There is no snapshot');
    const record = recordOf(snapshot, task, decideFrom(snapshot, task, drawOf(runId)));
    const value = { backend: 'good', routingReason: record.why, routing: { ...record, ...change } };
    const event = create(RunEventSchema, {
      ...{ tenant: 'default', runId, agent: 'writer', seq: 1, time: timestampFromMs(1) },
      body: { case: 'runAccepted', value },
    });
    evaluator.router.runs.set(idempotencyKey, {
      ...{ task: create(TaskRequestSchema, { agent: 'writer' }), tenant: 'default', runId, journal: [event] },
    });
    return runId;
  }

  const explain = (runId: string, verify = true) =>
    evaluator.rpc.call(EvaluatorService.method.explainRouting, { tenant: 'default', runId, verify });

  it('shows what was believed of each candidate, and is the same when it is decided again by the record', async () => {
    const runId = await accepted('same');
    await ended({ backend: 'good', fails: 'model.overloaded' });
    await evaluator.idle();
    await routing('writer');
    const told = await explain(runId);
    expect(told).toMatchObject({
      ...{ runId, agent: 'writer', backend: 'good', byRecord: true, policy: 'best-quality', revision: 16 },
      ...{ explored: false, verification: 'identical', difference: '' },
    });
    expect(told.candidates.map(({ backend, chosen }) => [backend, chosen])).toEqual([
      ['good', true],
      ['bad', false],
    ]);
    expect(told.candidates[0]?.quality).toBeGreaterThan(0.8);
    expect(await explain(runId, false)).toMatchObject({ verification: '', byRecord: true });
  });

  it('says so where the record was changed, or what it was decided by is gone', async () => {
    expect(await explain(await accepted('other', { why: 'because' }))).toMatchObject({ verification: 'different' });
    expect(await explain(await accepted('drawn', { draw: 0.123 }))).toMatchObject({
      ...{ verification: 'different', difference: expect.stringContaining('draw') },
    });
    expect(await explain(await accepted('later', { revision: 99 }))).toMatchObject({ verification: 'gone' });
    expect(await explain(await accepted('unread', { policy: 'luck' }))).toMatchObject({
      ...{ byRecord: false, verification: 'gone', backend: 'good' },
    });
    await expect(explain('run_unknown')).rejects.toMatchObject({ code: 'run.not_found' });
  });
});
