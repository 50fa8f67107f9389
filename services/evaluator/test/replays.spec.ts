import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  fromValue,
  TaskRequestSchema,
  timestampFromDate,
  toValue,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  type Run,
  type StartReplayRequestSchema,
} from '@switchyard/contracts';
import { startEvaluator, type EvaluatorFixture } from './evaluator.fixture.js';
import type { Answer } from './stub-router.fixture.js';

let evaluator: EvaluatorFixture;
/** What the router says of runs beyond their ends, by the key of their task. */
const told = new Map<string, Partial<Omit<Run, '$typeName' | '$unknown'>>>();
/** What becomes of tasks from now on. */
let answers: (input: JsonValue, isReplay: boolean) => Answer = () => ({ output: 'yes' });
let keys = 0;

beforeAll(async () => {
  evaluator = await startEvaluator();
  const { router } = evaluator;
  router.agents.add('other');
  router.backends.add('glm');
  router.also = (runId) => told.get(router.byId(runId).task.idempotencyKey) ?? {};
  router.answer = (task) => answers(fromValue(task.input), task.fixtures !== undefined);
});
afterAll(() => evaluator.stop());

/** A run that is in the record. */
async function recorded(
  input: JsonValue,
  more: { metadata?: Record<string, string>; key?: string; agent?: string } = {},
) {
  const { router, tenant, idle } = evaluator;
  const { agent = 'helper', metadata = {}, key = `key-${(keys += 1)}` } = more;
  // Before its end is told: whoever hears of that asks at once.
  told.set(key, { input: toValue(input), thread: 'talk', metadata });
  await router.accept(
    tenant,
    create(TaskRequestSchema, { agent, input: toValue(input), idempotencyKey: key, metadata }),
  );
  await idle();
  return router.runs.get(key)?.runId ?? '';
}
const replay = (request: Omit<MessageInitShape<typeof StartReplayRequestSchema>, '$typeName'>) =>
  evaluator.rpc.call(EvaluatorService.method.startReplay, { tenant: 'default', agent: 'helper', ...request });
const tasksOf = (id: string) =>
  [...evaluator.router.runs.values()].filter(({ task }) => task.metadata['evaluation'] === id).map(({ task }) => task);

describe('a replay', () => {
  it('runs recorded runs again by reference, against the backend that is asked for, and scores calls and output', async () => {
    answers = (input) => ({ output: input === 'json' ? { a: 1 } : 'The answer is yes.', tools: ['find', 'read'] });
    const runs = [await recorded('text'), await recorded('json')];
    answers = (input) => ({ output: input === 'json' ? { a: 2 } : 'The answer is yes!', tools: ['find', 'read'] });
    const { evaluation, leftOut } = await replay({ runIds: runs, backend: 'glm', maxCostUsd: 5 });
    const id = evaluation?.id ?? '';
    const ended = await evaluator.completed(id);
    expect(ended).toMatchObject({ agent: 'helper', backend: 'glm', total: 2, failed: 1, diverged: 0, maxCostUsd: 5 });
    expect(leftOut).toEqual({});
    const of = (runId = '') => ended.results.find(({ caseId }) => caseId === runId);
    expect(of(runs[0])?.scores).toMatchObject([
      { scorer: 'trajectory', value: 1, passed: true },
      { scorer: 'output', passed: true, reason: expect.stringContaining('% like') },
    ]);
    expect(of(runs[1])?.scores).toMatchObject([{ passed: true }, { scorer: 'output', value: 0, passed: false }]);
    expect(of(runs[0])?.cluster).toMatch(/^thread of run_/);
    const [task] = tasksOf(id).filter(({ metadata }) => metadata['case'] === runs[0]);
    expect(task).toMatchObject({ backend: 'glm', fixtures: { runId: runs[0], unmatched: 'stop', answers: [] } });
    expect(fromValue(task?.input)).toBe('text');
  });

  it('tells where a run diverged: its calls count for what they are, its output as not passed; and two are compared', async () => {
    answers = () => ({ output: 'It is done.', tools: ['find', 'read'] });
    const runs = [await recorded('one'), await recorded('two')];
    const first = await replay({ runIds: runs });
    const baseline = await evaluator.completed(first.evaluation?.id ?? '');
    const details = { turn: 2, tool: 'pay', call_id: 'c1' };
    answers = (input) =>
      input === 'one'
        ? { output: 'It is done.', tools: ['find', 'read'] }
        : { error: 'replay.diverged', tools: ['find', 'pay'], details };
    const second = await replay({ runIds: [...runs].reverse() });
    const ended = await evaluator.completed(second.evaluation?.id ?? '');
    expect(ended).toMatchObject({ suite: baseline.suite, suiteVersion: baseline.suiteVersion, diverged: 1, failed: 1 });
    const diverged = ended.results.find(({ caseId }) => caseId === runs[1]);
    expect(diverged).toMatchObject({
      status: 'failed',
      error: { code: 'replay.diverged', details },
      scores: [
        { scorer: 'trajectory', passed: false, reason: expect.stringMatching(/^diverged at turn 2: call pay; /) },
        {
          scorer: 'output',
          value: 0,
          passed: false,
          reason: 'diverged at turn 2: call pay; there is no output to score',
        },
      ],
    });
    expect(diverged?.scores[0]?.value).toBeGreaterThan(0);
    expect(diverged?.scores[0]?.value).toBeLessThan(1);
    const compared = await evaluator.rpc.call(EvaluatorService.method.compareEvaluations, {
      ...{ tenant: 'default', candidate: ended.id, baseline: baseline.id },
    });
    expect(compared.scorers).toMatchObject([
      { scorer: 'trajectory', cases: 2 },
      { scorer: 'output', cases: 2, unscored: 0, baselineMean: 1, candidateMean: 0.5 },
    ]);
  });

  it('takes the newest runs that completed, and none that measured, that was answered from a record, or that is gone', async () => {
    answers = () => ({ output: 'yes' });
    const since = new Date();
    const kept = [await recorded('a'), await recorded('b')];
    await recorded('judge', { key: 'eval:eval_x:case:1' });
    await recorded('replayed', { metadata: { 'switchyard.replay': 'run_0' } });
    const gone = await recorded('gone');
    evaluator.router.runs.delete([...evaluator.router.runs].find(([, run]) => run.runId === gone)?.[0] ?? '');
    const { evaluation, leftOut } = await replay({
      last: 3,
      since: timestampFromDate(since),
    });
    const ended = await evaluator.completed(evaluation?.id ?? '');
    expect(ended.results.map(({ caseId }) => caseId)).toEqual(expect.arrayContaining([...kept].sort()));
    // Those that were answered from a record are not even looked at.
    expect(leftOut).toEqual({ evaluation: 1, gone: 1 });
    // Runs that called nothing and said nothing different pass.
    expect(ended.failed).toBe(0);
  });

  it('of what cannot be replayed says so, and starts nothing', async () => {
    const before = await evaluator.count('evaluations');
    const others = await recorded('x', { agent: 'other' });
    const cases: [JsonObject | object, string][] = [
      [{ runIds: ['run_nobody'] }, 'run.not_found'],
      [{ runIds: [others] }, 'replay.invalid'],
      [{ last: 201 }, 'replay.invalid'],
      [{ taskClass: 'nobody has run' }, 'replay.not_found'],
      [{ backend: 'nowhere', last: 1 }, 'backend.not_found'],
      [{ unmatched: 'invent' }, 'contract.invalid'],
    ];
    for (const [request, code] of cases) await expect(replay({ ...request })).rejects.toMatchObject({ code });
    expect(await evaluator.count('evaluations')).toBe(before);
  });
});

describe('fixtures of a case', () => {
  const suite = (fixtures: JsonValue): JsonObject => ({
    suite: 'fixed',
    agent: 'helper',
    scorers: ['exact'],
    cases: [{ id: 'one', input: 'x', expected: 'yes', fixtures }],
  });

  it('go with its task, and answer its calls', async () => {
    answers = (_input, isReplay) => ({ output: isReplay ? 'yes' : 'no' });
    const written = [
      { tool: 'read', arguments: { a: 1 }, result: { b: [2] } },
      { tool: 'pay', result: 'No money.', error: true, repeatable: true },
    ];
    const { id } = await evaluator.start(suite({ answers: written, unmatched: 'tell' }));
    expect((await evaluator.completed(id)).failed).toBe(0);
    const fixtures = tasksOf(id)[0]?.fixtures;
    expect(fixtures).toMatchObject({ runId: '', unmatched: 'tell' });
    expect(fixtures?.answers).toMatchObject([
      { tool: 'read', arguments: { a: 1 }, isError: false, repeatable: false },
      { tool: 'pay', isError: true, repeatable: true },
    ]);
    expect(fixtures?.answers[1]?.arguments).toBeUndefined();
    expect(fixtures?.answers.map(({ result }) => fromValue(result))).toEqual([{ b: [2] }, 'No money.']);
  });

  it.each<[JsonValue, string]>([
    [{}, 'cases[0].fixtures'],
    [{ unmatched: 'tell' }, 'cases[0].fixtures'],
    [{ run: 'not a run' }, 'cases[0].fixtures.run'],
    [{ answers: [{ tool: 'read' }] }, 'cases[0].fixtures.answers[0].result'],
    [{ answers: [{ tool: '', result: 1 }] }, 'cases[0].fixtures.answers[0].tool'],
    [{ answers: [], unmatched: 'invent' }, 'cases[0].fixtures.unmatched'],
    [{ answers: [], tools: [] }, 'cases[0].fixtures.tools'],
  ])('that are none are refused with their path: %j', async (fixtures, path) => {
    await expect(evaluator.start(suite(fixtures))).rejects.toMatchObject({
      code: 'suite.invalid',
      details: { problems: [{ path }] },
    });
  });
});
