import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  DeadLetterSchema,
  decode,
  ForkPointSchema,
  RunEventSchema,
  TaskRequestSchema,
  timestampFromMs,
  type MessageInitShape,
  type RunEvent,
} from '@switchyard/contracts';
import { wilsonInterval } from '@switchyard/evidence';
import { schemaDrift } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { evaluationOwner } from '../src/persistence/evaluation-owner.js';
import { startEvaluator, type EvaluatorFixture } from './evaluator.fixture.js';

type Body = NonNullable<MessageInitShape<typeof RunEventSchema>['body']>;

let evaluator: EvaluatorFixture;
beforeAll(async () => {
  evaluator = await startEvaluator();
});
afterAll(() => evaluator.stop());

const START = Date.parse('2026-11-01T00:00:00Z');

function eventOf(runId: string, agent: string, seq: number, body: Body): RunEvent {
  const time = timestampFromMs(START + seq * 1_000);
  return create(RunEventSchema, { tenant: 'default', runId, agent, seq, time, body });
}
/** As the router does: what is told was journaled before. */
function tell(runId: string, agent: string, seq: number, body: Body) {
  const event = eventOf(runId, agent, seq, body);
  if (body.case !== 'modelTurnCompleted' && !evaluator.router.ends.has(runId)) evaluator.router.ends.set(runId, event);
  return evaluator.router.tell(event);
}
const recorded = (runId: string) => waitFor(() => evaluator.outcome(runId), { describe: `the outcome of ${runId}` });

describe('the schema', () => {
  it('is what the entities say once the migrations ran', async () => {
    expect(await schemaDrift(evaluator.databaseUrl, evaluationOwner)).toEqual([]);
  });
});

describe('the record', () => {
  it('keeps how a run ended, with its cause, usage and cost', async () => {
    await tell('run_failed', 'a1', 9, {
      case: 'runFailed',
      value: {
        error: { code: 'run.limit_exceeded', message: 'Too many turns.', details: { turns: 30 } },
        usage: { inputTokens: 10, outputTokens: 5 },
        ...{ costUsd: 0.5, turns: 30, toolCalls: 2, durationMs: 1_234, configuration: 'sha256:a1' },
      },
    });
    expect(await recorded('run_failed')).toMatchObject({
      ...{ runId: 'run_failed', agent: 'a1', status: 'failed', configuration: 'sha256:a1', turns: 30, toolCalls: 2 },
      ...{ costUsd: 0.5, durationMs: 1_234, scores: [], endedAt: timestampFromMs(START + 9_000) },
      error: { code: 'run.limit_exceeded', message: 'Too many turns.', details: { turns: 30 } },
      usage: { inputTokens: 10, outputTokens: 5 },
    });
  });

  it('keeps what a run was asked with whose first turn failed, and counts it against that', async () => {
    const asked = { fingerprint: 'sha256:mute', agentVersion: 'sha256:v1', backend: 'mute', model: 'm' };
    const error = { code: 'model.invalid_request', message: 'The schema of a tool is refused.' };
    const value = { error, asked, configuration: 'sha256:mute' };
    await tell('run_mute', 'muted', 2, { case: 'runFailed', value });
    await recorded('run_mute');
    expect(await evaluator.configurations('muted')).toMatchObject([
      { configuration: { fingerprint: 'sha256:mute', backend: 'mute', model: 'm' }, runs: 1, failed: 1, completed: 0 },
    ]);
  });

  it('keeps why a run was cancelled', async () => {
    await tell('run_cancelled', 'a1', 2, { case: 'runCancelled', value: { reason: 'enough' } });
    expect((await recorded('run_cancelled')).error).toMatchObject({ code: 'run.cancelled', message: 'enough' });
  });

  it('says that there is no outcome of what has not ended', async () => {
    await expect(evaluator.outcome('run_unknown')).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('keeps the first end that it was told, however often and in whatever form the next come', async () => {
    await tell('run_twice', 'a1', 3, { case: 'runCompleted', value: { costUsd: 1 } });
    await recorded('run_twice');
    await tell('run_twice', 'a1', 3, { case: 'runCompleted', value: { costUsd: 1 } });
    await tell('run_twice', 'a1', 4, { case: 'runFailed', value: { costUsd: 2 } });
    await evaluator.idle();
    expect(await recorded('run_twice')).toMatchObject({ status: 'completed', costUsd: 1 });
  });

  it('takes an end from the journal, whatever an event says: of a run that goes on or that nobody knows there is none', async () => {
    const forged = { case: 'runCompleted', value: { costUsd: 99 } } as const;
    const before = await evaluator.count('outcomes');
    await evaluator.router.tell(eventOf('run_forged', 'a1', 7, forged));
    const { router } = evaluator;
    router.answer = () => 'hold';
    await router.accept('default', create(TaskRequestSchema, { agent: 'a1', idempotencyKey: 'goes-on' }));
    const going = router.runs.get('goes-on');
    if (!going) throw new Error('it was accepted');
    await router.tell(eventOf(going.runId, 'a1', 2, forged));
    await evaluator.idle();
    expect(await evaluator.count('outcomes')).toBe(before);
    await router.end(going, { error: 'x.y' });
    expect(await recorded(going.runId)).toMatchObject({ status: 'failed', costUsd: 0, error: { code: 'x.y' } });
  });

  it('does not take an event on the subject of another run: it is a dead letter', async () => {
    const { bus } = evaluator;
    await tell('run_own', 'a1', 3, { case: 'runCompleted', value: {} });
    const event = eventOf('run_own', 'a1', 3, { case: 'runFailed', value: {} });
    await bus.publish(bus.subjects.event('default', 'run_foreign', 'RunFailed'), RunEventSchema, event);
    await evaluator.idle();
    const manager = await bus.js.jetstreamManager(false);
    const stream = await manager.streams.find(bus.subjects.dead('event', 'run_foreign'));
    const letter = await manager.streams.getMessage(stream, {
      last_by_subj: bus.subjects.dead('event', 'run_foreign'),
    });
    expect(decode(DeadLetterSchema, letter?.data ?? '').cause).toMatchObject({ code: 'contract.invalid' });
    await expect(evaluator.outcome('run_foreign')).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('sums up each configuration: share of success with its interval, cost, durations', async () => {
    const configuration = {
      fingerprint: 'sha256:sum',
      agentVersion: 'sha256:v1',
      backend: 'sim',
      tools: { clock: 'sha256:t' },
    };
    await tell('run_s0', 'summed', 1, { case: 'modelTurnCompleted', value: { turn: 1, configuration } });
    for (let n = 1; n <= 10; n += 1) {
      await tell(`run_s${n}`, 'summed', n + 10, {
        case: 'runCompleted',
        value: { costUsd: 0.1 * n, durationMs: n * 100, configuration: 'sha256:sum' },
      });
    }
    // Its turns were of several configurations: it counts for none.
    evaluator.router.isMoved = (runId) => runId === 'run_moved';
    const moved = { costUsd: 9, durationMs: 9, configuration: 'sha256:sum' };
    await tell('run_moved', 'summed', 29, { case: 'runCompleted', value: moved });
    await recorded('run_moved');
    // Its tools were answered from a record: that is no outcome of production.
    evaluator.router.began = (runId) => (runId === 'run_replayed' ? { recordedAnswers: {} } : {});
    await tell('run_replayed', 'summed', 29, { case: 'runCompleted', value: moved });
    expect(await recorded('run_replayed')).toMatchObject({ replayed: true, rollout: '' });
    await tell('run_s11', 'summed', 30, { case: 'runFailed', value: { durationMs: 1, configuration: 'sha256:sum' } });
    await tell('run_s12', 'summed', 31, { case: 'runCancelled', value: { configuration: 'sha256:sum' } });
    const [record] = await waitFor(async () => {
      const found = await evaluator.configurations('summed');
      return found[0]?.runs === 12 && found;
    });
    const { low, high } = wilsonInterval(10 / 11, 11);
    expect(record).toMatchObject({
      configuration: { fingerprint: 'sha256:sum', backend: 'sim', tools: { clock: 'sha256:t' } },
      ...{ agent: 'summed', runs: 12, completed: 10, failed: 1, cancelled: 1, successLow: low, successHigh: high },
      ...{ p50DurationMs: 550, firstSeen: timestampFromMs(START + 1_000), lastSeen: timestampFromMs(START + 31_000) },
    });
    expect(record?.successRate).toBeCloseTo(10 / 11, 12);
    expect(record?.p95DurationMs).toBeCloseTo(955, 6);
    expect(record?.meanCostUsd).toBeCloseTo(5.5 / 12, 12);
  });

  it('finds what is the same but for some parts, and says in which it differs', async () => {
    const parts = {
      agentVersion: 'sha256:v1',
      backend: 'one',
      profileVersion: 'p1',
      model: 'm1',
      tools: { clock: 'sha256:t' },
    };
    const others = {
      base: parts,
      moved: { ...parts, backend: 'two', profileVersion: 'p2', model: 'm2' },
      retold: { ...parts, agentVersion: 'sha256:v2' },
      both: { ...parts, agentVersion: 'sha256:v2', backend: 'two' },
    };
    for (const [name, configuration] of Object.entries(others)) {
      const fingerprint = `sha256:alike-${name}`;
      await tell(`run_${name}`, 'alike', 1, {
        case: 'modelTurnCompleted',
        value: { turn: 1, configuration: { ...configuration, fingerprint } },
      });
    }
    await waitFor(async () => (await evaluator.configurations('alike')).length === 4);
    const alike = async (butFor: string[]) =>
      (await evaluator.configurations('alike', { like: 'sha256:alike-base', butFor }))
        .map(({ configuration, differsIn }) => [configuration?.fingerprint.replace('sha256:alike-', ''), ...differsIn])
        .sort();
    expect(await alike([])).toEqual([['base']]);
    expect(await alike(['backend'])).toEqual([['base'], ['moved', 'backend']]);
    expect(await alike(['backend', 'agent_version'])).toEqual([
      ['base'],
      ['both', 'agent_version', 'backend'],
      ['moved', 'backend'],
      ['retold', 'agent_version'],
    ]);
    await expect(alike(['weather'])).rejects.toMatchObject({ code: 'evaluation.invalid' });
    await expect(evaluator.configurations('alike', { like: 'sha256:ffffffff' })).rejects.toMatchObject({
      code: 'configuration.not_found',
    });
    await expect(evaluator.configurations('alike', { like: 'alike-' })).rejects.toMatchObject({
      code: 'configuration.not_found',
      message: expect.stringContaining('Give more of its digits'),
    });
  });

  it('keeps what a run took and whose it was, and sums it up by class of task', async () => {
    const value = { configuration: 'sha256:took', durationMs: 1_000 };
    const took = { retries: 3, repairs: 2, overrides: 1, firstTokenMs: 250, user: 'ann', thread: 'talk' };
    evaluator.router.also = (runId) => (runId === 'run_took' ? { ...took, metadata: { task_class: 'refund' } } : {});
    await tell('run_took', 'took', 5, { case: 'runCompleted', value });
    await tell('run_plain', 'took', 5, { case: 'runCompleted', value });
    expect(await recorded('run_took')).toMatchObject({
      ...{ retries: 3, repairs: 2, overrides: 1, user: 'ann', thread: 'talk', taskClass: 'refund', redriveOf: '' },
      startedAt: timestampFromMs(START + 4_000),
    });
    await recorded('run_plain');
    const [both] = await evaluator.configurations('took');
    expect(both).toMatchObject({ runs: 2, overridden: 1, meanRetries: 1.5, meanRepairs: 1 });
    const [refunds] = await evaluator.configurations('took', { taskClass: 'refund' });
    expect(refunds).toMatchObject({ runs: 1, overridden: 1, meanRetries: 3, meanRepairs: 2 });
    expect(await evaluator.configurations('took', { taskClass: 'other' })).toEqual([]);
  });

  it('keeps of which failed run one is the redrive', async () => {
    evaluator.router.also = () => ({
      idempotencyKey: 'redrive:run_first',
      fork: create(ForkPointSchema, { runId: 'run_first', seq: 4 }),
    });
    await tell('run_again', 'redriven', 5, { case: 'runCompleted', value: {} });
    expect(await recorded('run_again')).toMatchObject({ redriveOf: 'run_first', moved: false });
  });

  it('learns the parts of a configuration also when an outcome comes first', async () => {
    const configuration = { fingerprint: 'sha256:late', agentVersion: 'sha256:v2', backend: 'sim', model: 'm' };
    await tell('run_late', 'late', 5, {
      case: 'runCompleted',
      value: { configuration: 'sha256:late', backend: 'sim' },
    });
    await recorded('run_late');
    expect((await evaluator.configurations('late'))[0]?.configuration).toMatchObject({
      fingerprint: 'sha256:late',
      model: '',
    });
    await tell('run_late', 'late', 2, { case: 'modelTurnCompleted', value: { turn: 1, configuration } });
    const [record] = await waitFor(async () => {
      const found = await evaluator.configurations('late');
      return found[0]?.configuration?.model === 'm' && found;
    });
    expect(record).toMatchObject({ runs: 1, firstSeen: timestampFromMs(START + 2_000) });
  });

  it('has one outcome for each of many runs, over restarts and repetitions', async () => {
    const before = await evaluator.count('outcomes');
    const runs = Array.from({ length: 300 }, (_, n) => `run_many${n}`);
    const tellAll = (some: string[]) =>
      Promise.all(
        some.map((runId) => tell(runId, 'many', 1, { case: 'runCompleted', value: { configuration: 'sha256:many' } })),
      );
    await tellAll(runs.slice(0, 150));
    await evaluator.stopAll();
    await tellAll(runs.slice(100, 250));
    await Promise.all([evaluator.startOne(), evaluator.startOne()]);
    await tellAll(runs.slice(200));
    await evaluator.idle();
    expect(await evaluator.count('outcomes')).toBe(before + 300);
    const [record] = await evaluator.configurations('many');
    expect(record).toMatchObject({ runs: 300, completed: 300 });
  });
});
