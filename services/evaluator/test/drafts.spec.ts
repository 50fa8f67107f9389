import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  create,
  EvaluatorService,
  RunEventSchema,
  timestampFromMs,
  toValue,
  type DraftCasesRequestSchema,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  type Run,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { readSuite } from '../src/suite/read-suite.js';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

let evaluator: EvaluatorFixture;
/** What the router says of runs beyond their ends. */
const told = new Map<string, Partial<Omit<Run, '$typeName' | '$unknown'>>>();
/** Ids are in the order of time. */
let ended = 0;
let agents = 0;
let agent = '';
beforeAll(async () => {
  evaluator = await startEvaluator();
  evaluator.router.also = (runId) => told.get(runId) ?? {};
});
afterAll(() => evaluator.stop());
beforeEach(() => {
  agent = `recorded-${(agents += 1)}`;
});

interface Ending extends Omit<Partial<Run>, 'input' | 'output' | '$typeName' | '$unknown'> {
  output?: JsonValue;
  failed?: boolean;
}

/** A run that is in the record. */
async function run(input: JsonValue, { output = 'yes', failed = false, ...more }: Ending = {}): Promise<string> {
  ended += 1;
  const runId = `run_${String(ended).padStart(6, '0')}`;
  const { tenant = 'default', ...rest } = more;
  told.set(runId, { tenant, input: toValue(input), ...rest });
  const body = failed
    ? { case: 'runFailed' as const, value: { error: { code: 'model.refused', message: 'No.' } } }
    : { case: 'runCompleted' as const, value: { output: toValue(output) } };
  const time = timestampFromMs(Date.now());
  const event = create(RunEventSchema, { tenant, runId, agent, seq: 3, time, body });
  evaluator.router.ends.set(runId, event);
  await evaluator.router.tell(event);
  await waitFor(
    async () => {
      const found = await sql(evaluator.dataSource, 'SELECT 1 FROM evaluation.outcomes WHERE run_id = $1', [runId]);
      return found.length > 0;
    },
    { describe: `the outcome of ${runId}` },
  );
  return runId;
}

const draft = (request: Omit<MessageInitShape<typeof DraftCasesRequestSchema>, '$typeName'> = {}) =>
  evaluator.rpc.call(EvaluatorService.method.draftCases, { tenant: 'default', agent, ...request });
const idsOf = (cases: readonly JsonObject[]) => cases.map(({ id }) => id);

describe('cases of recorded runs', () => {
  it('are as a suite has them, the newest first, with what completed runs gave as expected', async () => {
    const first = await run({ question: 'one' }, { output: { answer: 1 } });
    const second = await run('two', { output: '2' });
    const { cases, next, leftOut } = await draft();
    expect(cases).toEqual([
      { id: second, input: 'two', expected: '2', tags: ['recorded'], metadata: { run: second } },
      {
        ...{ id: first, input: { question: 'one' }, expected: { answer: 1 }, tags: ['recorded'] },
        metadata: { run: first },
      },
    ]);
    expect([next, leftOut]).toEqual(['', {}]);
    expect(readSuite({ suite: 's', agent, scorers: ['exact'], cases }).cases).toHaveLength(2);
  });

  it('of failed runs expect nothing', async () => {
    await run('fine');
    const failed = await run('bad', { failed: true });
    const { cases } = await draft({ status: 'failed' });
    expect(cases).toEqual([{ id: failed, input: 'bad', tags: ['recorded'], metadata: { run: failed } }]);
  });

  it('have nothing of a person or a secret in them, and input and expected still correspond', async () => {
    await run({ from: 'ada@example.com', text: 'Ring 030 1234567.' }, { output: 'Wrote to Ada@example.com.' });
    await run('ask bob@example.com');
    const { cases, redacted } = await draft();
    expect(cases).toMatchObject([
      { input: 'ask [email-1]', expected: 'yes' },
      { input: { from: '[email-1]', text: 'Ring [phone-1].' }, expected: 'Wrote to [email-1].' },
    ]);
    expect(redacted).toEqual({ email: 3, phone: 1 });
    expect((await draft({ redact: ['phone'] })).redacted).toEqual({ phone: 1 });
    expect((await draft({ redact: ['none'] })).cases[0]).toMatchObject({ input: 'ask bob@example.com' });
  });

  it('stand in the cluster of their thread, else of their user, which are not named', async () => {
    const first = await run('1', { user: 'ada@example.com' });
    const talk = await run('2', { user: 'ada@example.com', thread: 'talk' });
    await run('3', { user: 'bob', thread: 'talk' });
    await run('4', { user: 'ada@example.com' });
    await run('5');
    const clusters = async (request = {}) => (await draft(request)).cases.map(({ cluster }) => cluster);
    const named = [undefined, `user of ${first}`, `thread of ${talk}`, `thread of ${talk}`, `user of ${first}`];
    expect(await clusters()).toEqual(named);
    expect(await clusters({ limit: 2 })).toEqual(named.slice(0, 2));
    expect(await clusters({ redact: ['none'] })).toEqual([
      undefined,
      'ada@example.com',
      'talk',
      'talk',
      'ada@example.com',
    ]);
  });

  it('come page by page, each run once, and a page ends where a reply would grow too big', async () => {
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.unshift(await run(`${n} ${'x'.repeat(200_000)}`));
    const seen: JsonValue[] = [];
    const pages: number[] = [];
    for (let before = ''; pages.length < 9;) {
      const { cases, next } = await draft({ before, limit: 4 });
      seen.push(...idsOf(cases).map((id) => id ?? null));
      pages.push(cases.length);
      before = next;
      if (next === '') break;
    }
    expect(seen).toEqual(ids);
    expect(pages).toEqual([2, 2, 1]);
  });

  it('have large inputs and outputs whole, and say which runs were left out and why', async () => {
    const hash = (digit: string) => `sha256:${digit.repeat(64)}`;
    evaluator.router.payloads.set(hash('a'), JSON.stringify('a long input'));
    evaluator.router.payloads.set(hash('b'), JSON.stringify('x'.repeat(600_000)));
    const large = await run({ $payload: 1 }, { inputPayload: hash('a') });
    await run('?', { inputPayload: hash('c') });
    await run('?', { inputPayload: hash('b') });
    await run(null);
    await run('?', { idempotencyKey: 'eval:eval_1:a:1' });
    await run('?', { idempotencyKey: 'judge:eval_1:a:1:polite:only' });
    const { cases, leftOut } = await draft();
    expect(cases).toMatchObject([{ id: large, input: 'a long input' }]);
    expect(leftOut).toEqual({ gone: 1, too_large: 1, empty: 1, evaluation: 2 });
  });

  it('can be of one class of task, and of runs that people rate in the mean', async () => {
    const refund = await run('1', { metadata: { task_class: 'refund' } });
    const good = await run('2');
    const mixed = await run('3');
    const say = (runId: string, value: JsonValue, by: string, name = 'rating') =>
      evaluator.feedback({ runId, value: toValue(value), by: `user:${by}`, name });
    await say(good, 0, 'ann');
    await say(good, 1, 'ann');
    await say(mixed, 1, 'ann');
    await say(mixed, 0, 'bob');
    await say(refund, 1, 'ann', 'tone');
    expect(idsOf((await draft({ taskClass: 'refund' })).cases)).toEqual([refund]);
    expect(idsOf((await draft({ minRating: 0.6 })).cases)).toEqual([good]);
    expect(idsOf((await draft({ minRating: 0.5 })).cases)).toEqual([mixed, good]);
    await say(good, null, 'ann');
    expect(idsOf((await draft({ minRating: 0 })).cases)).toEqual([mixed]);
  });

  it('are never of another tenant or agent', async () => {
    const own = await run('own');
    await run('theirs', { tenant: 'other' });
    const name = agent;
    agent = `${agent}-not`;
    await run('of another');
    expect(idsOf((await draft({ agent: name })).cases)).toEqual([own]);
  });

  it('of an evaluation are none, also when it ran for real', async () => {
    const { id } = await evaluator.start(suiteOf(2, { suite: 'circular' }));
    await evaluator.completed(id);
    const { cases, leftOut } = await draft({ agent: 'helper' });
    expect([cases, leftOut]).toEqual([[], { evaluation: 2 }]);
  });

  it('are none where an agent has not run, and an agent that is not there is said to be none', async () => {
    evaluator.router.agents.add('idle');
    expect(await draft({ agent: 'idle' })).toMatchObject({ cases: [], next: '', redacted: {} });
    await expect(draft({ agent: 'nobody' })).rejects.toMatchObject({ code: 'agent.not_found' });
  });

  it.each<[string, Parameters<typeof draft>[0], string]>([
    ['an unknown kind', { redact: ['emails'] }, 'draft.invalid'],
    ['none with kinds', { redact: ['none', 'email'] }, 'draft.invalid'],
    ['a rating above all', { minRating: 1.1 }, 'draft.invalid'],
    ['a rating that is no number', { minRating: Number.NaN }, 'draft.invalid'],
    ['a status that no run ends with', { status: 'running' }, 'contract.invalid'],
    ['no agent', { agent: '' }, 'contract.invalid'],
    ['a page after no run', { before: 'x y' }, 'contract.invalid'],
  ])('are refused for %s', async (_, request, code) => {
    await expect(draft(request)).rejects.toMatchObject({ code });
  });
});
