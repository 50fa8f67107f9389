import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  REPLAY_MARK,
  RunEventSchema,
  timestampFromMs,
  TaskRequestSchema,
  toValue,
  type JsonObject,
} from '@switchyard/contracts';
import { decideFrom, drawOf, readSnapshot, recordOf, type RoutedTask } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator();
  for (const agent of ['writer', 'tried', 'replayed', 'rated', 'grown']) evaluator.router.agents.add(agent);
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

/** A run that was accepted, and given to its backend to learn. */
async function explored(agent: string, runId: string): Promise<void> {
  const event = create(RunEventSchema, {
    ...{ tenant: 'default', runId, agent, seq: 1, time: timestampFromMs(1) },
    body: { case: 'runAccepted', value: { routing: { explored: true } } },
  });
  await evaluator.router.tell(event);
}

/** Runs that one snapshot decides. */
const BATCH = 20;

const routing = (agent: string, more: { revision?: number; knownRevision?: number; beliefs?: boolean } = {}) =>
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

  it('is not what a replay showed: its calls were answered from a record', async () => {
    evaluator.router.also = () => ({ metadata: { [REPLAY_MARK]: 'run_0' } });
    await ended({ agent: 'replayed' });
    await evaluator.idle();
    evaluator.router.also = () => ({});
    await ended({ agent: 'replayed' });
    await evaluator.idle();
    expect(await routing('replayed')).toMatchObject({ learnt: 1, revision: 1 });
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
    await explored('grown', runId);
    await evaluator.idle();
    await ended({ agent: 'grown', runId });
    await evaluator.idle();
    expect(await routing('grown')).toMatchObject({ learnt: 1, explored: 1 });
  });

  it('is learnt once by two evaluators that are asked at once, in one order', async () => {
    evaluator.router.agents.add('asked');
    await evaluator.startOne();
    const asking: Promise<unknown>[] = [];
    for (let i = 0; i < 60; i += 1) {
      await ended({ agent: 'asked', backend: i % 2 ? 'good' : 'bad' });
      if (i % 5 === 0) asking.push(routing('asked'));
    }
    await Promise.all(asking);
    await evaluator.idle();
    await Promise.all(Array.from({ length: 4 }, () => routing('asked')));
    expect(await routing('asked', { beliefs: true })).toMatchObject({ revision: 60, learnt: 60 });
    const [log] = await evaluator.dataSource.query<{ runs: number; last: number }[]>(
      `SELECT count(DISTINCT run_id)::integer AS runs, max(revision) AS last FROM evaluation.routing_log WHERE agent = 'asked'`,
    );
    expect(log).toEqual({ runs: 60, last: 60 });
  });

  it('is the same as of any revision that ever was, by one evaluator or another', async () => {
    const [six, sixteen] = [await routing('writer', { revision: 6 }), await routing('writer', { revision: 16 })];
    await evaluator.stopAll();
    await evaluator.startOne();
    expect(await routing('writer', { revision: 6 })).toEqual(six);
    await evaluator.dataSource.query('DELETE FROM evaluation.routing_states');
    expect(await routing('writer')).toEqual({ ...sixteen, behind: false });
    expect(six.snapshot).not.toEqual(sixteen.snapshot);
    // As another version left it: learnt again from the log, and kept.
    await evaluator.dataSource.query(
      `UPDATE evaluation.routing_states SET snapshot = jsonb_set(snapshot::jsonb, '{state,version}', '1')::json`,
    );
    expect(await routing('writer')).toEqual({ ...sixteen, behind: false });
    const kept = await evaluator.dataSource.query<{ revision: number; snapshot: JsonObject }[]>(
      `SELECT revision, snapshot FROM evaluation.routing_states WHERE agent = 'writer'`,
    );
    expect(kept.map(({ revision, snapshot }) => [revision, readSnapshot(snapshot)?.revision])).toEqual([[16, 16]]);
    await expect(routing('writer', { revision: 99 })).rejects.toMatchObject({ code: 'routing.revision_not_found' });
    await expect(routing('nobody')).rejects.toMatchObject({ code: 'agent.not_found' });
  });
});

describe('backends that may be trusted', () => {
  const certify = (id: string, candidate: string, status: string, expiresAt: string) =>
    evaluator.dataSource.query(
      `INSERT INTO evaluation.certificates (tenant, id, agent, swap, statement, evidence, digest, status, reason, issued_at, issued_by, expires_at, ended_by)
       VALUES ('default', $1, 'sworn', '', $2, '{}', 'sha256:d', $3, '', now(), 'user:ann', $4, '')`,
      [id, { candidate: { backend: candidate }, baseline: { backend: 'old' } }, status, expiresAt],
    );

  it('are those that a certificate in force speaks of', async () => {
    evaluator.router.agents.add('sworn');
    expect((await routing('sworn')).certified).toEqual([]);
    await certify('cert_1', 'new', 'in_force', '2999-01-01');
    await certify('cert_2', 'revoked', 'revoked', '2999-01-01');
    await certify('cert_3', 'late', 'in_force', '2020-01-01');
    const view = await routing('sworn', { beliefs: true });
    expect(view).toMatchObject({ certified: ['new', 'old'], revision: 1 });
    expect(view.beliefs.map(({ backend, certified }) => [backend, certified])).toEqual([
      ['new', true],
      ['old', true],
    ]);
    await evaluator.dataSource.query(`UPDATE evaluation.certificates SET status = 'revoked' WHERE agent = 'sworn'`);
    expect(await routing('sworn')).toMatchObject({ certified: [], revision: 2 });
  });
});

describe('traffic that follows what is learnt', () => {
  interface Backend {
    passes: (round: number) => number;
    costUsd: number;
  }

  /** So many runs, decided as a router does, each batch by one snapshot, with seeded luck. */
  async function routed(agent: string, backends: Record<string, Backend>, rounds: number) {
    const random = seededNumbers(7);
    const task: RoutedTask = {
      ...{ policy: { kind: 'best-quality' }, taskClass: '' },
      candidates: Object.keys(backends).map((backend) => ({ backend, health: 'fit', contextWindow: 0 })),
    };
    const taken: string[] = [];
    while (taken.length < rounds) {
      const snapshot = readSnapshot((await routing(agent)).snapshot);
      if (!snapshot) throw new Error('There is no snapshot');
      for (let i = 0; i < BATCH; i += 1) {
        const runId = `run_${agent}${String(taken.length).padStart(5, '0')}`;
        const { backend, explanation } = decideFrom(snapshot, task, drawOf(runId));
        const of = backends[backend];
        if (!of) throw new Error(`${backend} is none of the backends`);
        if (explanation.explored) await explored(agent, runId);
        const fails = random() < of.passes(taken.length) ? {} : { fails: 'run.wrong' };
        await ended({ agent, backend, runId, costUsd: of.costUsd, ...fails });
        taken.push(backend);
      }
      await evaluator.idle();
    }
    return taken;
  }
  const shareOf = (taken: readonly string[], backend: string) =>
    taken.filter((name) => name === backend).length / taken.length;

  it('leaves a backend that becomes worse, within some hundred runs, and says when it was noticed', async () => {
    evaluator.router.agents.add('steady');
    const strong = { passes: (round: number) => (round < 400 ? 0.95 : 0.25), costUsd: 0.02 };
    const taken = await routed('steady', { strong, weak: { passes: () => 0.6, costUsd: 0.005 } }, 700);
    expect(shareOf(taken.slice(200, 400), 'strong')).toBeGreaterThan(0.85);
    expect(shareOf(taken.slice(500), 'strong')).toBeLessThan(0.15);
    const { changes, learnt, explored: told } = await routing('steady', { beliefs: true });
    expect(changes).toContainEqual(expect.objectContaining({ backend: 'strong', direction: 'down' }));
    expect(learnt).toBe(700);
    // The stated share, and the batch that one snapshot decides.
    expect(told).toBeLessThanOrEqual(0.05 * 700 + BATCH);
  }, 60_000);

  it('spends what the agent lets a task cost on average, and no more', async () => {
    evaluator.router.agents.add('thrifty');
    evaluator.router.models.set('thrifty', { routing: { policy: 'best-quality', budgetUsdPerTask: 0.01 } });
    const dear = { passes: () => 0.95, costUsd: 0.02 };
    const cheap = { passes: () => 0.6, costUsd: 0.002 };
    const taken = await routed('thrifty', { cheap, dear }, 600);
    const spent = taken.reduce((sum, name) => sum + (name === 'dear' ? dear : cheap).costUsd, 0);
    // The batch that one snapshot decides may go over; it is made up for by the next.
    expect(spent).toBeLessThan(0.01 * 600 + 0.02 * BATCH);
    expect(shareOf(taken, 'dear')).toBeGreaterThan(0.25);
    expect(await routing('thrifty', { beliefs: true })).toMatchObject({ budgetUsdPerTask: 0.01 });
  }, 60_000);
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
    const older = await explain(await accepted('older', { rules: 1 }));
    expect(older).toMatchObject({ byRecord: true, verification: 'gone', backend: 'good', policy: 'best-quality' });
    expect(older.difference).toContain('rules of another version');
    expect(await explain(await accepted('unread', { policy: 'luck' }))).toMatchObject({
      ...{ byRecord: false, verification: 'gone', backend: 'good' },
    });
    await expect(explain('run_unknown')).rejects.toMatchObject({ code: 'run.not_found' });
  });
});
