import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fromValue, RouterService, SwitchyardError } from '@switchyard/contracts';
import { initialState, JournalStore, prepareAppend } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { publishedEvents, queuedWork, submit } from '../run.fixture.js';
import { TasksRepository } from './tasks.repository.js';

const { applyAgent, applyBackend, getRun, listDeadLetters } = RouterService.method;
const tenant = 'default';

describe('a task', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_TASK_BYTES: '10000' } });
    // Two routers on the same servers: every guarantee holds over both.
    await router.startAnother();
  });
  afterAll(() => router.stop());
  beforeEach(() => applyDefaults(router));

  const publish = (body: unknown, options: { msgId?: string; tenant?: string } = {}) =>
    router.bus.publishText(
      router.bus.subjects.tasks(options.tenant ?? tenant),
      typeof body === 'string' ? body : JSON.stringify(body),
      options.msgId === undefined ? {} : { msgId: options.msgId },
    );
  const runOfKey = async (key: string) => {
    const rows = await sql<{ run_id: string }>(
      router.dataSource,
      'SELECT run_id FROM registry.tasks WHERE idempotency_key = $1',
      [key],
    );
    return rows[0]?.run_id;
  };
  const countRuns = async () => {
    const [row] = await sql<{ tasks: number; runs: number }>(
      router.dataSource,
      'SELECT (SELECT count(*)::int FROM registry.tasks) AS tasks, (SELECT count(*)::int FROM journal.runs) AS runs',
    );
    return row;
  };
  const deadLetter = (text: string) =>
    waitFor(
      async () => {
        const { letters } = await router.rpc.call(listDeadLetters, {
          kind: 'tasks',
        });
        return letters.find(({ payload }) => payload.includes(text));
      },
      { describe: `the dead letter of ${text}` },
    );

  describe('over the RPC', () => {
    it('is committed when the answer comes, and its work and first event reach the bus', async () => {
      const { taskId, runId, duplicate } = await submit(router, {
        input: { question: 1 },
        user: 'u',
        metadata: { a: 'b' },
        limits: { turns: 3 },
      });
      expect({ taskId, runId, duplicate }).toEqual({
        taskId: expect.stringMatching(/^task_/),
        runId: expect.stringMatching(/^run_/),
        duplicate: false,
      });
      const run = await router.rpc.call(getRun, { tenant, runId });
      expect(run).toMatchObject({
        taskId,
        tenant,
        agent: 'helper',
        backend: 'sim',
        status: 'queued',
        seq: 1,
        user: 'u',
        metadata: { a: 'b' },
        limits: { turns: 3 },
      });
      expect(fromValue(run.input)).toEqual({ question: 1 });
      expect(run.routingReason).toMatch(/simulator/);
      expect(run.traceId).toMatch(/^[0-9a-f]{32}$/);
      const work = await waitFor(async () => (await queuedWork(router, runId))[0], { describe: 'the work' });
      expect(work).toMatchObject({ tenant, runId, backend: 'sim', cause: 'accepted', msgId: `${runId}:accepted` });
      const event = await waitFor(async () => (await publishedEvents(router, runId))[0], { describe: 'the event' });
      expect(event).toMatchObject({ seq: 1, taskId, body: { case: 'runAccepted' } });
    });

    it('of a known key and the same content is the same task, also at the same time and at two routers', async () => {
      const replies = await Promise.all(Array.from({ length: 20 }, () => submit(router, { idempotencyKey: 'many' })));
      expect(new Set(replies.map(({ runId }) => runId)).size).toBe(1);
      expect(replies.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      const again = await submit(router, { idempotencyKey: 'many' });
      expect(again).toMatchObject({ runId: replies[0]?.runId, taskId: replies[0]?.taskId, duplicate: true });
      const runs = await sql(router.dataSource, `SELECT 1 FROM journal.runs WHERE idempotency_key = 'many'`);
      expect(runs).toHaveLength(1);
    });

    it('of a known key is known even when its agent has changed or cannot run any more', async () => {
      await router.rpc.call(applyBackend, { name: 'passing', baseUrl: 'http://x/v1', api: 'openai-chat', model: 'm' });
      const first = await submit(router, { idempotencyKey: 'old', backend: 'sim' });
      await applyDefaults(router, { instructions: 'Changed.' });
      expect(await submit(router, { idempotencyKey: 'old', backend: 'sim' })).toMatchObject({
        runId: first.runId,
        duplicate: true,
      });
    });

    it('of a known key and other content is a conflict', async () => {
      const { taskId } = await submit(router, { idempotencyKey: 'taken' });
      await expect(submit(router, { idempotencyKey: 'taken', input: 'other' })).rejects.toMatchObject({
        code: 'task.conflict',
        retryable: false,
        message: expect.stringMatching(/with other content: input\./),
        details: { task_id: taskId, differs: ['input'] },
      });
    });

    it('of the same key in another tenant is another task', async () => {
      await router.rpc.call(applyAgent, { tenant: 'other', definition: { name: 'helper', instructions: 'Help.' } });
      const [mine, theirs] = await Promise.all([
        submit(router, { idempotencyKey: 'shared' }),
        submit(router, { idempotencyKey: 'shared', tenant: 'other' }),
      ]);
      expect(theirs.runId).not.toBe(mine.runId);
      await expect(router.rpc.call(getRun, { tenant, runId: theirs.runId })).rejects.toMatchObject({
        code: 'run.not_found',
      });
    });

    it('carries its priority into its row and its run, in a thread and out of one', async () => {
      const high = await submit(router, { priority: 'high' });
      const highInThread = await submit(router, { priority: 'high', thread: 'urgent' });
      const usual = await submit(router, { priority: 'normal' });
      const rows = await sql(
        router.dataSource,
        'SELECT run_id, priority FROM registry.tasks WHERE run_id = ANY ($1) ORDER BY created_at',
        [[high.runId, highInThread.runId, usual.runId]],
      );
      expect(rows).toEqual([
        { run_id: high.runId, priority: 1 },
        { run_id: highInThread.runId, priority: 1 },
        { run_id: usual.runId, priority: 0 },
      ]);
      expect(await router.rpc.call(getRun, { tenant, runId: high.runId })).toMatchObject({ priority: 'high' });
      expect(await router.rpc.call(getRun, { tenant, runId: usual.runId })).toMatchObject({ priority: '' });
      await expect(submit(router, { priority: 'urgent' })).rejects.toMatchObject({ code: 'contract.invalid' });
    });

    it("is bound by the tighter of its own limits and its agent's", async () => {
      await router.rpc.call(applyAgent, {
        tenant,
        definition: { name: 'limited', instructions: 'x', limits: { turns: 5, seconds: 60 } },
      });
      const { runId } = await submit(router, { agent: 'limited', limits: { turns: 9, tokens: 100, seconds: 30 } });
      expect((await router.rpc.call(getRun, { tenant, runId })).limits).toMatchObject({
        turns: 5,
        tokens: 100,
        seconds: 30,
        costUsd: 0,
      });
    });

    it.each([
      [
        'an unknown agent',
        { agent: 'hepler' },
        { code: 'agent.not_found', message: expect.stringMatching(/Did you mean "helper"\?/) },
      ],
      [
        'an unknown backend',
        { backend: 'smi' },
        { code: 'backend.not_found', message: expect.stringMatching(/Did you mean "sim"\?/) },
      ],
      [
        'too much in it',
        { input: 'x'.repeat(10_000) },
        { code: 'task.too_large', message: expect.stringMatching(/10000 are allowed/) },
      ],
      ['an agent name that is no token', { agent: 'a.b' }, { code: 'contract.invalid' }],
      ['a control character in its thread', { thread: 'a\u0000' }, { code: 'contract.invalid' }],
    ])('with %s is a coded error, and nothing is written', async (_what, task, expected) => {
      const before = await countRuns();
      await expect(submit(router, task)).rejects.toMatchObject({ ...expected, retryable: false });
      expect(await countRuns()).toEqual(before);
    });

    it('that no backend suits is told why not, candidate by candidate', async () => {
      await router.rpc.call(applyAgent, {
        tenant,
        definition: { name: 'seer', instructions: 'x', model: { capabilities: ['vision'], min_context: 1_000_000 } },
      });
      await expect(submit(router, { agent: 'seer' })).rejects.toMatchObject({
        code: 'backend.none_suitable',
        message: expect.stringMatching(/sim: capability: no vision, context: 32768 tokens, 1000000 needed/),
      });
    });

    it('keeps text that Postgres cannot hold from losing the task', async () => {
      const { runId } = await submit(router, { input: 'nul \u0000 here' });
      expect(fromValue((await router.rpc.call(getRun, { tenant, runId })).input)).toBe('nul \uFFFD here');
    });

    it('is answered by person and machine alike: plain JSON in, plain JSON out', async () => {
      const reply = await router.bus.nc.request(
        router.bus.subjects.rpc('router', 'submit'),
        '{"agent":"helper","input":"hi"}',
        { timeout: 5_000 },
      );
      expect(reply.json()).toEqual({
        task_id: expect.stringMatching(/^task_/),
        run_id: expect.stringMatching(/^run_/),
      });
    });
  });

  describe('published on the bus', () => {
    it('is run for the tenant of its subject, whatever its body says', async () => {
      await router.rpc.call(applyAgent, { tenant: 'subject', definition: { name: 'helper', instructions: 'Help.' } });
      await publish(
        { agent: 'helper', input: 'hi', idempotency_key: 'bus-1', tenant: 'forged' },
        { tenant: 'subject' },
      );
      const runId = await waitFor(() => runOfKey('bus-1'));
      expect(await router.rpc.call(getRun, { tenant: 'subject', runId })).toMatchObject({
        status: 'queued',
        idempotencyKey: 'bus-1',
      });
      await waitFor(async () => (await queuedWork(router, runId))[0]);
    });

    it('is known by its message id or its key, also when it comes over the RPC then', async () => {
      await publish({ agent: 'helper', input: 'hi' }, { msgId: 'message-1' });
      const runId = await waitFor(() => runOfKey('message-1'));
      expect(await submit(router, { input: 'hi', idempotencyKey: 'message-1' })).toMatchObject({
        runId,
        duplicate: true,
      });
    });

    it.each([
      ['that is not JSON', 'not json at all', 'contract.malformed'],
      ['with an unknown field', '{"agent":"helper","input":"u-field","colour":"red"}', 'contract.malformed'],
      ['without an agent', '{"input":"no-agent"}', 'contract.invalid'],
      ['of an unknown agent', '{"agent":"ghost","input":"x"}', 'agent.not_found'],
      ['for an unknown backend', '{"agent":"helper","input":"x","backend":"nowhere"}', 'backend.not_found'],
      ['over the limit', JSON.stringify({ agent: 'helper', input: `big-${'x'.repeat(10_000)}` }), 'task.too_large'],
    ])('%s becomes a dead letter with the cause, and the next one is taken', async (_what, body, code) => {
      await publish(body);
      const letter = await deadLetter(body.slice(0, 40));
      expect(letter).toMatchObject({ kind: 'tasks', cause: { code }, subject: router.bus.subjects.tasks(tenant) });
      const key = `after-${code}-${body.length}`;
      await publish({ agent: 'helper', input: 'hi', idempotency_key: key });
      await waitFor(() => runOfKey(key));
    });

    it('with the key of another task becomes a dead letter', async () => {
      await submit(router, { idempotencyKey: 'taken-on-bus' });
      await publish({ agent: 'helper', input: 'a different thing', idempotency_key: 'taken-on-bus' });
      expect((await deadLetter('a different thing')).cause).toMatchObject({ code: 'task.conflict' });
    });
  });
});

describe('a task, when its router dies', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter({ environment: { SWITCHYARD_RECONCILE_MS: '200' } });
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  it('before the commit leaves neither task nor run, and its redelivery is one run', async () => {
    const store = router.services[1]?.app.get(JournalStore, { strict: false });
    if (!store) throw new Error('no journal');
    const append = store.append.bind(store);
    let died = 0;
    store.append = async (...parameters) => {
      const appended = await append(...parameters);
      died += 1;
      if (died <= 2) throw new SwitchyardError('database.unavailable', 'died before the commit', { retryable: true });
      return appended;
    };
    try {
      // Of a thread: its acceptance is a transaction of several statements.
      await expect(submit(router, { input: 'dies', thread: 't' })).rejects.toMatchObject({
        code: 'database.unavailable',
      });
      expect(await sql(router.dataSource, 'SELECT 1 FROM registry.tasks')).toEqual([]);
      expect(await sql(router.dataSource, 'SELECT 1 FROM journal.runs')).toEqual([]);
      await router.bus.publishText(
        router.bus.subjects.tasks(tenant),
        '{"agent":"helper","input":"again","thread":"t"}',
      );
      await waitFor(async () => (await sql(router.dataSource, 'SELECT 1 FROM registry.tasks')).length === 1, {
        timeoutMs: 20_000,
      });
    } finally {
      store.append = append;
    }
    expect(died).toBe(3);
    expect(await sql(router.dataSource, 'SELECT 1 FROM journal.runs')).toHaveLength(1);
  });

  it('is written with its run or not at all, where it has no thread and is one statement', async () => {
    const tasks = router.services[1]?.app.get(TasksRepository, { strict: false });
    if (!tasks) throw new Error('no tasks');
    const ids = { tenant, taskId: 'task_whole', runId: 'run_whole' };
    const task = { ...ids, key: 'whole', fingerprint: 'f', agent: 'helper', backend: 'sim', thread: undefined };
    const { item } = prepareAppend(initialState({ ...ids, agent: 'helper', idempotencyKey: 'whole' }), [
      { body: { case: 'runAccepted', value: { backend: 'sim' } }, actor: 'router' },
    ]);
    const written = async () =>
      (await sql(router.dataSource, `SELECT 1 FROM registry.tasks WHERE run_id = 'run_whole'`)).length +
      (await sql(router.dataSource, `SELECT 1 FROM journal.runs WHERE run_id = 'run_whole'`)).length;
    await expect(tasks.accept(task, { ...item, projection: '{' })).rejects.toMatchObject({ code: 'database.failed' });
    expect(await written()).toBe(0);
    expect(await tasks.accept(task, item)).toMatchObject({ run_id: 'run_whole', held: false });
    expect(await written()).toBe(2);
    expect(await tasks.accept({ ...task, taskId: 'task_other', runId: 'run_other' }, item)).toBeUndefined();
  });
});
