import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError, toValue, type RunEvent } from '@switchyard/contracts';
import { textOf, userMessage } from '@switchyard/models';
import { createDataSource, inTransaction, runMigrations, schemaDrift, sql } from '@switchyard/persistence';
import { freshDatabase, waitFor, type FreshDatabase } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import type { EventDraft, RunEventBodyInit } from '../event-draft.js';
import { JournalStore, initialState, journalOwner, type RunState } from '../index.js';
import { acceptedBody, requestedBody, settledBody, turnBody, wireMessage } from '../state/moves.fixture.js';

let database: FreshDatabase;
let dataSource: DataSource;
let store: JournalStore;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
  await runMigrations(database.url, [journalOwner]);
  dataSource = await connect();
  store = new JournalStore(dataSource);
});
afterAll(async () => {
  await store.close();
  await dataSource.destroy();
  await database.drop();
});

const connect = (poolSize = 4): Promise<DataSource> =>
  createDataSource({ url: database.url, schema: journalOwner.schema, entities: journalOwner.entities, poolSize });
const fresh = (): RunState => {
  count += 1;
  return initialState({
    tenant: 'default',
    runId: `run_${count}`,
    taskId: `task_${count}`,
    agent: 'helper',
    idempotencyKey: '',
  });
};
const drafts = (...bodies: RunEventBodyInit[]): EventDraft[] => bodies.map((body) => ({ body, actor: 'test' }));
const accept = async (on: JournalStore = store): Promise<RunState> =>
  (await on.append(fresh(), drafts(acceptedBody()))).state;
const inputBody = (text: string): RunEventBodyInit => ({
  case: 'inputAppended',
  value: { source: 'user', messages: [wireMessage(userMessage(text))] },
});
const codeOf = (result: PromiseSettledResult<unknown>): string =>
  result.status === 'fulfilled'
    ? 'ok'
    : result.reason instanceof SwitchyardError
      ? result.reason.code
      : String(result.reason);
const seqs = (events: readonly RunEvent[]): number[] => events.map((event) => event.seq);

describe('the journal schema', () => {
  it('is what the entities say', async () => {
    expect(await schemaDrift(database.url, journalOwner)).toEqual([]);
  });
});

describe('append', () => {
  it('a whole run is read back as it was written, in order', async () => {
    const accepted = await accept();
    const turn = await store.append(accepted, drafts(turnBody(accepted, ['call_1']), requestedBody(['call_1'])));
    const done = await store.append(
      turn.state,
      drafts(settledBody('call_1'), turnBody(turn.state), { case: 'runCompleted', value: { output: toValue('4') } }),
    );
    const loaded = await store.load(accepted.runId);
    expect(loaded.state).toEqual(done.state);
    expect(seqs(loaded.events)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(loaded.events.slice(3)).toEqual(done.events);
    expect(seqs(await store.loadAfter(accepted.runId, 4))).toEqual([5, 6]);
    expect(seqs(await store.loadAfter(accepted.runId, 1, 2))).toEqual([2, 3]);
  });

  it('of fifty who append to one run at once, exactly one does, each time', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => connect()));
    const stores = others.map((other) => new JournalStore(other));
    let state = await accept();
    for (let round = 0; round < 5; round += 1) {
      const attempts = Array.from({ length: 50 }, (_, index) =>
        // Several events each, of different numbers: no loser may leave any of its own behind the winner's.
        stores[index % 5]?.append(
          state,
          drafts(...Array.from({ length: 1 + (index % 3) }, () => inputBody(`from ${index}`))),
        ),
      );
      const results = await Promise.allSettled(attempts);
      const codes = results.map(codeOf);
      expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
      expect(codes.filter((code) => code === 'journal.conflict')).toHaveLength(49);
      const winner = results.find((result) => result.status === 'fulfilled')?.value;
      const loaded = await store.load(state.runId);
      expect(loaded.state).toEqual(winner?.state);
      state = loaded.state;
    }
    await Promise.all(stores.map((other) => other.close()));
    await Promise.all(others.map((other) => other.destroy()));
  });

  it('of two routers that accept the same run, one does', async () => {
    const other = new JournalStore(dataSource);
    const state = fresh();
    const results = await Promise.allSettled([
      store.append(state, drafts(acceptedBody())),
      other.append(state, drafts(acceptedBody(), inputBody('x'))),
    ]);
    expect(results.map(codeOf).sort()).toEqual(['journal.conflict', 'ok']);
    const again = await Promise.allSettled([store.append(state, drafts(acceptedBody()))]);
    expect(again.map(codeOf)).toEqual(['journal.conflict']);
  });

  it("one run's conflict does not touch the others of its flush", async () => {
    const states = await Promise.all(Array.from({ length: 20 }, () => accept()));
    const [stale] = states;
    if (!stale) throw new Error('no run');
    await store.append(stale, drafts(inputBody('first')));
    const results = await Promise.allSettled(states.map((state) => store.append(state, drafts(inputBody('second')))));
    expect(results.map(codeOf)).toEqual(['journal.conflict', ...Array.from({ length: 19 }, () => 'ok')]);
    const texts = (await store.load(stale.runId)).state.messages.map((message) => textOf(message));
    expect(texts).not.toContain('second');
  });

  it('one run that Postgres refuses does not touch the others of its flush', async () => {
    const [bad, ...good] = await Promise.all(Array.from({ length: 6 }, () => accept()));
    if (!bad) throw new Error('no run');
    // A journal that somebody damaged: an entry stands where the next one's followers go.
    await sql(
      dataSource,
      `INSERT INTO journal.events SELECT run_id, 3, tenant, type, time, actor, trace_id, data FROM journal.events WHERE run_id = $1`,
      [bad.runId],
    );
    const results = await Promise.allSettled(
      [bad, ...good].map((state) => store.append(state, drafts(inputBody('a'), inputBody('b')))),
    );
    expect(results.map(codeOf)).toEqual(['database.duplicate', 'ok', 'ok', 'ok', 'ok', 'ok']);
    await expect(store.load(bad.runId)).rejects.toMatchObject({ code: 'journal.illegal' });
  });

  it('sends nothing that cannot follow', async () => {
    const state = await accept();
    await expect(store.append(state, drafts({ case: 'runResumed', value: {} }))).rejects.toMatchObject({
      code: 'journal.illegal',
    });
    await expect(store.append(state, [])).rejects.toMatchObject({ code: 'journal.empty' });
    const ended = await store.append(state, drafts({ case: 'runCancelled', value: { by: 'user:ann' } }));
    await expect(store.append(ended.state, drafts(inputBody('late')))).rejects.toMatchObject({
      code: 'journal.after_end',
    });
    await expect(store.append(state, drafts(inputBody('stale')))).rejects.toMatchObject({ code: 'journal.conflict' });
    expect((await store.load(state.runId)).events).toHaveLength(2);
  });

  it('takes part in a transaction of the caller, and goes with it', async () => {
    const kept = fresh();
    const lost = fresh();
    await inTransaction(dataSource, (manager) => store.append(kept, drafts(acceptedBody()), { manager }));
    const rolledBack = inTransaction(dataSource, async (manager) => {
      await store.append(lost, drafts(acceptedBody()), { manager });
      throw new SwitchyardError('task.conflict', 'other content');
    });
    await expect(rolledBack).rejects.toMatchObject({ code: 'task.conflict' });
    expect((await store.load(kept.runId)).state.status).toBe('queued');
    await expect(store.load(lost.runId)).rejects.toMatchObject({ code: 'run.not_found' });
    const taken = inTransaction(dataSource, (manager) => store.append(kept, drafts(acceptedBody()), { manager }));
    await expect(taken).rejects.toMatchObject({ code: 'journal.conflict' });
  });

  it('keeps a run whose text Postgres cannot hold, with a mark where it was', async () => {
    const state = { ...fresh(), idempotencyKey: 'k\u0000' };
    const { state: after, events } = await store.append(
      state,
      drafts({ case: 'runAccepted', value: { backend: 'one', thread: 't\u0000', input: toValue('a\u0000b\ud800c') } }),
    );
    expect(after.input).toBe('a\uFFFDb\uFFFDc');
    const loaded = await store.load(state.runId);
    expect(loaded.events).toEqual(events);
    expect(await store.findRun(state.runId)).toMatchObject({
      thread: 't\uFFFD',
      idempotencyKey: 'k\uFFFD',
      input: 'a\uFFFDb\uFFFDc',
    });
  });

  it('a connection lost in the middle promises nothing, and the journal tells what is true', async () => {
    const other = await connect(1);
    const otherStore = new JournalStore(other);
    const state = await accept(otherStore);
    await sql(dataSource, 'BEGIN; LOCK TABLE journal.events IN ACCESS EXCLUSIVE MODE; COMMIT');
    const blocker = dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('LOCK TABLE journal.events IN SHARE ROW EXCLUSIVE MODE');
    const append = otherStore.append(state, drafts(inputBody('lost?')));
    const settled = Promise.allSettled([append]);
    await waitFor(
      async () =>
        (
          await sql(
            dataSource,
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
          )
        ).length > 0,
      { describe: 'the append to wait for the lock' },
    );
    expect((await settled).map(codeOf)).toEqual(['database.unavailable']);
    await blocker.rollbackTransaction();
    await blocker.release();
    const loaded = await otherStore.load(state.runId);
    expect(loaded.state).toEqual(state);
    await otherStore.append(loaded.state, drafts(inputBody('again')));
    expect((await store.load(state.runId)).events).toHaveLength(2);
    await otherStore.close();
    await other.destroy();
  });

  it('after close nothing more is taken, and what was taken is written', async () => {
    const closing = new JournalStore(dataSource);
    const state = await accept();
    const last = closing.append(state, drafts(inputBody('last')));
    await closing.close();
    expect((await last).state.seq).toBe(2);
    await expect(closing.append((await last).state, drafts(inputBody('more')))).rejects.toMatchObject({
      code: 'database.closed',
      retryable: true,
    });
  });
});

describe('what lists show', () => {
  it('is written with the events', async () => {
    const accepted = await accept();
    const turn = await store.append(
      accepted,
      drafts(turnBody(accepted, ['a']), requestedBody(['a']), {
        case: 'runParked',
        value: { reason: 'tool', callIds: ['a'] },
      }),
    );
    expect(await store.findRun(accepted.runId)).toMatchObject({
      status: 'waiting',
      parkedReason: 'tool',
      seq: 4,
      turns: 1,
      toolCalls: 1,
      thread: 'talk',
      user: 'ann',
      limits: { turns: 8 },
    });
    const { state } = await store.append(
      turn.state,
      drafts({ case: 'runFailed', value: { error: { code: 'model.auth', message: 'no key' } } }),
    );
    expect(await store.findRun(accepted.runId)).toMatchObject({
      ...{
        status: 'failed',
        parkedReason: '',
        output: null,
        usage: state.usage,
        costUsd: 0.25,
        configuration: 'sha256:c1',
        traceId: '',
      },
      error: { code: 'model.auth', message: 'no key' },
      endedAt: new Date(state.endedAt),
    });
  });

  it('can be narrowed and paged, newest first', async () => {
    const runs: RunState[] = [];
    for (let index = 0; index < 5; index += 1) {
      const state = { ...fresh(), tenant: 'lists', agent: index % 2 ? 'odd' : 'even' };
      const time = new Date(1_800_000_000_000 + index);
      runs.push((await store.append(state, [{ body: acceptedBody(), actor: 'test', time }])).state);
    }
    const ids = runs.map((run) => run.runId).reverse();
    const list = async (filter: Parameters<JournalStore['listRuns']>[0]): Promise<string[]> =>
      (await store.listRuns({ tenant: 'lists', ...filter })).map((run) => run.runId);
    expect(await list({})).toEqual(ids);
    expect(await list({ limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await list({ limit: 2, before: ids[1] ?? '' })).toEqual(ids.slice(2, 4));
    expect(await list({ agent: 'odd', thread: 'talk', status: ['queued', 'running'], backend: 'one' })).toEqual([
      ids[1],
      ids[3],
    ]);
    expect(await list({ status: 'completed' })).toEqual([]);
    expect(await list({ status: '', agent: '', before: '' })).toEqual(ids);
  });
});

describe('the relay and the reconciler', () => {
  it('a crash between commit and publication leaves the events to be found, in order, until they are marked', async () => {
    const state = { ...fresh(), tenant: 'relay' };
    const first = await store.append(state, drafts(acceptedBody()));
    const second = await store.append(first.state, drafts(inputBody('a'), inputBody('b')));
    const mine = async (olderThan: Date): Promise<number[]> =>
      seqs((await store.unpublished(olderThan, 10_000)).filter((event) => event.runId === state.runId));
    const soon = new Date(Date.now() + 60_000);
    expect(await mine(soon)).toEqual([1, 2, 3]);
    expect(await mine(new Date(Date.now() - 60_000))).toEqual([]);
    await store.markPublished(state.runId, [1, 2]);
    expect(await mine(soon)).toEqual([3]);
    await store.markPublished(state.runId, [1]);
    expect(await mine(soon)).toEqual([3]);
    await store.markPublished(state.runId, [3]);
    expect(await mine(soon)).toEqual([]);
    const end = await store.append(second.state, drafts({ case: 'runCancelled', value: {} }));
    expect(await mine(soon)).toEqual([4]);
    await store.markPublished(state.runId, [end.state.seq]);
    expect(await mine(soon)).toEqual([]);
  });

  it('an event that did not reach the stream is found, although later ones of its run did, and the run has ended', async () => {
    const state = { ...fresh(), tenant: 'relay' };
    const first = await store.append(state, drafts(acceptedBody()));
    const second = await store.append(first.state, drafts(inputBody('a')));
    await store.append(second.state, drafts({ case: 'runCancelled', value: {} }));
    await Promise.all([store.markPublished(state.runId, [3]), store.markPublished(state.runId, [2])]);
    expect(seqs(await store.unpublishedOf(state.runId))).toEqual([1]);
    const found = await store.unpublished(new Date(Date.now() + 60_000), 10_000);
    expect(seqs(found.filter((event) => event.runId === state.runId))).toEqual([1]);
    await store.markPublished(state.runId, [1]);
    expect(await store.unpublishedOf(state.runId)).toEqual([]);
    const [row] = await sql<{ settled: boolean }>(dataSource, 'SELECT settled FROM journal.runs WHERE run_id = $1', [
      state.runId,
    ]);
    expect(row?.settled).toBe(true);
  });

  it('marks of many runs are gathered, and close writes them', async () => {
    const states = await Promise.all(Array.from({ length: 30 }, () => accept()));
    const closing = new JournalStore(dataSource);
    const marks = states.map((state) => closing.markPublished(state.runId, [1]));
    await closing.close();
    await Promise.all(marks);
    const ids = new Set((await store.unpublished(new Date(Date.now() + 60_000), 10_000)).map((event) => event.runId));
    expect(states.filter((state) => ids.has(state.runId))).toEqual([]);
  });

  it('a sign of life shows a run in hand as running and fresh, and leaves one that waits or has ended alone', async () => {
    const old = (state: RunState): Promise<unknown> =>
      sql(dataSource, `UPDATE journal.runs SET updated_at = now() - interval '1 hour' WHERE run_id = $1`, [
        state.runId,
      ]);
    const [inHand, parked, ended] = [await accept(), await accept(), await accept()];
    await store.append(parked, drafts({ case: 'runParked', value: { reason: 'input' } }));
    await store.append(ended, drafts({ case: 'runCancelled', value: {} }));
    for (const state of [inHand, parked, ended]) await old(state);
    await store.heartbeat([inHand.runId, parked.runId, ended.runId]);
    const age = async ({ runId }: RunState) => Date.now() - ((await store.findRun(runId))?.updatedAt.getTime() ?? 0);
    expect(await age(inHand)).toBeLessThan(60_000);
    expect(await age(parked)).toBeGreaterThan(3_000_000);
    expect(await store.findRun(inHand.runId)).toMatchObject({ status: 'running', seq: 1 });
    expect(await store.findRun(parked.runId)).toMatchObject({ status: 'waiting' });
    expect(await store.findRun(ended.runId)).toMatchObject({ status: 'cancelled' });
  });
});

describe('throughput', () => {
  it.each([1, 32, 256])('many runs at once lose nothing (%i in flight; the rate is printed)', async (inFlight) => {
    const runs = inFlight === 1 ? 100 : inFlight * 4;
    const steps = 5;
    let next = 0;
    const began = performance.now();
    const worker = async (): Promise<void> => {
      while (next < runs) {
        next += 1;
        let state = await accept();
        for (let step = 0; step < steps; step += 1)
          state = (await store.append(state, drafts(inputBody('x'.repeat(200))))).state;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    const seconds = (performance.now() - began) / 1_000;
    const appends = runs * (steps + 1);
    process.stdout.write(`journal: ${inFlight} in flight, ${Math.round(appends / seconds)} appends/s\n`);
    const [row] = await sql<{ n: number }>(
      dataSource,
      `SELECT count(*)::int AS n FROM journal.runs WHERE seq = ${steps + 1} AND turns = 0 AND status = 'queued'`,
    );
    expect(row?.n).toBeGreaterThanOrEqual(runs);
  });
});
