import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toValue } from '@switchyard/contracts';
import { userMessage } from '@switchyard/models';
import { createDataSource, runMigrations } from '@switchyard/persistence';
import { freshDatabase, type FreshDatabase } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import type { RunEventBodyInit } from '../event-draft.js';
import { awaitedApprovals, entriesOfTypes, initialState, journalOwner, JournalStore, threadRuns } from '../index.js';
import type { RunState } from '../index.js';
import { acceptedBody, requestedBody, turnBody, wireMessage } from '../state/moves.fixture.js';

describe('what people are asked and have said', () => {
  let database: FreshDatabase;
  let dataSource: DataSource;
  let store: JournalStore;
  beforeAll(async () => {
    database = await freshDatabase();
    await runMigrations(database.url, [journalOwner]);
    dataSource = await createDataSource({
      url: database.url,
      schema: journalOwner.schema,
      entities: journalOwner.entities,
    });
    store = new JournalStore(dataSource);
  });
  afterAll(async () => {
    await store.close();
    await dataSource.destroy();
    await database.drop();
  });

  const append = async (state: RunState, ...bodies: RunEventBodyInit[]): Promise<RunState> =>
    (
      await store.append(
        state,
        bodies.map((body) => ({ body, actor: 'test' })),
      )
    ).state;
  const accept = (runId: string, tenant = 'default'): Promise<RunState> =>
    append(initialState({ tenant, runId, taskId: runId, agent: 'a', idempotencyKey: '' }), acceptedBody());
  const approval = (callId: string): RunEventBodyInit => ({
    case: 'approvalRequested',
    value: { callId, tool: 'pay', summary: `pay ${callId}` },
  });
  /** Waits for two approvals. */
  const asking = async (runId: string, tenant?: string): Promise<RunState> => {
    const accepted = await accept(runId, tenant);
    const ids = ['call_1', 'call_2'];
    return append(accepted, turnBody(accepted, ids), requestedBody(ids), ...ids.map(approval), {
      case: 'runParked',
      value: { reason: 'approval', callIds: ids },
    });
  };
  const waiting = async (more: object = {}) =>
    (await awaitedApprovals(dataSource, { tenant: 'default', limit: 10, ...more })).map(({ runId, requests }) => [
      runId,
      requests.map(({ body }) => body.case === 'approvalRequested' && body.value.callId),
    ]);

  it('is each request that nobody has decided, of runs that go on, page by page', async () => {
    const first = await asking('run_first');
    const second = await asking('run_second');
    await asking('run_foreign', 'other');
    await accept('run_plain');
    const both = ['call_1', 'call_2'];
    expect(await waiting()).toEqual([
      ['run_second', both],
      ['run_first', both],
    ]);
    expect(await waiting({ limit: 1 })).toEqual([['run_second', both]]);
    expect(await waiting({ before: 'run_second' })).toEqual([['run_first', both]]);
    expect(await waiting({ runId: 'run_foreign' })).toEqual([]);
    const decided: RunEventBodyInit = {
      case: 'approvalResolved',
      value: { callId: 'call_1', decision: 'approved', by: 'user:ann' },
    };
    const after = await append(first, decided);
    // It goes on with what was decided, whether or not a message says so.
    expect((await store.findRun('run_first'))?.wakeAt?.toISOString()).toBe(after.updatedAt);
    expect(await waiting()).toEqual([
      ['run_second', both],
      ['run_first', ['call_2']],
    ]);
    expect(await entriesOfTypes(dataSource, 'run_first', ['ApprovalResolved'])).toMatchObject([
      { seq: 7, body: { value: { by: 'user:ann' } } },
    ]);
    await append(second, { case: 'runCancelled', value: { reason: 'enough' } });
    expect(await waiting()).toEqual([['run_first', ['call_2']]]);
  });

  it('is what a thread heard from them, newest run first, with what was added to a run', async () => {
    const said = (source: string, text: string): RunEventBodyInit => ({
      case: 'inputAppended',
      value: { source, messages: [wireMessage(userMessage(text))] },
    });
    const done = await accept('run_done');
    const told = await append(done, said('thread', 'before'), said('user', 'in French'));
    await append(told, turnBody(told), { case: 'runCompleted', value: { output: toValue('quatre') } });
    const failed = await accept('run_failed');
    await append(failed, { case: 'runFailed', value: { error: { code: 'x', message: 'x' } } });
    await append(await accept('run_stopped'), { case: 'runCancelled', value: { reason: 'stop: it is late' } });
    await append(await accept('run_other'), { case: 'runCancelled', value: { reason: 'no' } });
    const asked = { tenant: 'default', thread: 'talk', cancelledFor: 'stop: ', limit: 10 };
    expect(await threadRuns(dataSource, asked)).toMatchObject([
      { runId: 'run_stopped', status: 'cancelled', added: [], error: { code: 'run.cancelled' } },
      { runId: 'run_done', status: 'completed', added: [{ source: 'user' }], output: 'quatre' },
    ]);
    expect(await threadRuns(dataSource, { ...asked, tenant: 'other' })).toEqual([]);
  });
});
