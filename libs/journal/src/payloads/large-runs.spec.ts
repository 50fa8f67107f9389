import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toValue } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import type { RunEventBodyInit } from '../event-draft.js';
import {
  archiveRuns,
  deleteRuns,
  forkedDrafts,
  initialState,
  JournalStore,
  lockOldRuns,
  OLDEST,
  steps,
  type RunState,
} from '../index.js';
import { acceptedBody, requestedBody, settledBody, turnBody } from '../state/moves.fixture.js';
import { openJournal, type TestJournal } from '../store/journal.fixture.js';

const MIB = 1_024 * 1_024;
/** With what is short in JSON and what is not. */
const ANSWER = 'One line of it.\n'.repeat((8 * MIB) / 16);
const RESULT = 'Ä result. '.repeat((4 * MIB) / 11);

let journal: TestJournal;
let dataSource: DataSource;
let store: JournalStore;
beforeAll(async () => {
  journal = await openJournal();
  ({ dataSource, store } = journal);
});
afterAll(() => journal.close());

const begin = (runId: string): RunState =>
  initialState({ tenant: 'default', runId, taskId: runId, agent: 'a', idempotencyKey: '' });
const append = async (state: RunState, ...bodies: RunEventBodyInit[]): Promise<RunState> => {
  const drafts = bodies.map((body) => ({ body, actor: 'test' }));
  return (await store.append(state, drafts)).state;
};
const payloads = async (): Promise<number> => (await sql(dataSource, 'SELECT 1 FROM journal.payloads')).length;
const makeOld = async ({ runId, seq }: RunState): Promise<void> => {
  await store.markPublished(
    runId,
    Array.from({ length: seq }, (_, index) => index + 1),
  );
  await sql(
    dataSource,
    `UPDATE journal.runs SET created_at = created_at - interval '40 days', ended_at = ended_at - interval '40 days' WHERE run_id = $1`,
    [runId],
  );
  await sql(dataSource, `UPDATE journal.payloads SET used_at = now() - interval '1 day'`);
};
/** As a truth value: a difference of megabytes is not to be printed. */
const sameMessages = (a: RunState, b: RunState): boolean => isDeepStrictEqual(a.messages, b.messages);

describe('a run with an answer of 8 MiB and a result of 4 MiB', () => {
  it('is replayed, forked, archived and deleted with each of them stored once, until nobody has it any more', async () => {
    const first = await append(begin('run_1'), acceptedBody());
    const asked = await append(first, turnBody(first, ['call'], ANSWER), requestedBody(['call']));
    const told = await append(asked, settledBody('call', RESULT));
    const answered = await append(told, turnBody(told, [], ANSWER));
    const ended = await append(answered, { case: 'runCompleted', value: { output: toValue(ANSWER) } });
    expect(await payloads()).toBe(2);
    const [rows] = await sql<{ bytes: string }>(
      dataSource,
      'SELECT sum(length(data::text)) AS bytes FROM journal.events',
    );
    expect(Number(rows?.bytes)).toBeLessThan(20_000);

    // Another process, which has nothing in memory.
    const reader = new JournalStore(dataSource);
    const { events, state } = await reader.load('run_1');
    expect(state.output === ANSWER && sameMessages(state, ended)).toBe(true);
    const places = [...steps(events)].filter((step) => step.forkable);
    const place = places.at(-1)?.event.seq ?? 0;

    const choices = { agentVersion: 'sha256:2', backend: 'two', routingReason: '', fallbacks: [] };
    const drafts = forkedDrafts(events, place, { ...choices, time: new Date(), actor: 'test', traceId: '' });
    const forked = (await reader.append(begin('run_2'), drafts)).state;
    expect(JSON.stringify(forked.messages)).toContain(JSON.stringify(RESULT).slice(1, -1));
    expect(await payloads()).toBe(2);
    const stopped = await append(forked, { case: 'runCancelled', value: {} });

    await makeOld(ended);
    await makeOld(stopped);
    const query = { archived: false, days: 30, after: OLDEST, runs: 100, entries: 10_000 };
    await inTransaction(dataSource, async (manager) =>
      expect(await archiveRuns(manager, (await lockOldRuns(manager, query)).runs)).toBe(2),
    );
    const archived = await new JournalStore(dataSource).load('run_1');
    expect(archived.state.output === ANSWER && sameMessages(archived.state, ended)).toBe(true);

    await inTransaction(dataSource, (manager) => deleteRuns(manager, ['run_1']));
    expect(await payloads()).toBe(2);
    expect(sameMessages((await new JournalStore(dataSource).load('run_2')).state, forked)).toBe(true);
    await inTransaction(dataSource, (manager) => deleteRuns(manager, ['run_2']));
    expect(await payloads()).toBe(0);
    expect(await sql(dataSource, 'SELECT 1 FROM journal.payload_uses')).toEqual([]);
  });
});
