import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toValue } from '@switchyard/contracts';
import { userMessage } from '@switchyard/models';
import { inTransaction, schemaDrift, sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import type { RunEventBodyInit } from '../event-draft.js';
import {
  archiveRuns,
  deleteRuns,
  entriesOfTypes,
  forkedDrafts,
  initialState,
  journalOwner,
  JournalStore,
  lockOldRuns,
  OLDEST,
  steps,
  threadRuns,
  writePayloads,
  type OldPlace,
  type Payload,
  type RunState,
} from '../index.js';
import { requestedBody, settledBody, turnBody, wireMessage } from '../state/moves.fixture.js';
import { openJournal, type TestJournal } from '../store/journal.fixture.js';

let journal: TestJournal;
let dataSource: DataSource;
let store: JournalStore;
let count = 0;

beforeAll(async () => {
  journal = await openJournal();
  ({ dataSource, store } = journal);
});
afterAll(() => journal.close());

const append = async (state: RunState, ...bodies: RunEventBodyInit[]): Promise<RunState> => {
  const drafts = bodies.map((body) => ({ body, actor: 'test' }));
  return (await store.append(state, drafts)).state;
};
const begin = (parent?: RunState, tenant = 'default'): Promise<RunState> => {
  const runId = `run_${(count += 1)}`;
  const caller = parent && { parent: { runId: parent.runId, callId: 'call', rootRunId: parent.runId, depth: 1 } };
  const accepted: RunEventBodyInit = {
    case: 'runAccepted',
    value: { backend: 'one', input: toValue('hi'), thread: 'talk', ...caller },
  };
  return append(initialState({ tenant, runId, taskId: runId, agent: 'a', idempotencyKey: '' }), accepted);
};
const end = (state: RunState, output = 'done'): Promise<RunState> =>
  append(state, turnBody(state), { case: 'runCompleted', value: { output: toValue(output) } });

/** All of it published, and so long ago that it is old. */
async function makeOld({ runId, seq }: RunState, days = 40): Promise<void> {
  const places = Array.from({ length: seq }, (_, index) => index + 1);
  await store.markPublished(runId, places);
  await sql(
    dataSource,
    `UPDATE journal.runs SET created_at = created_at - $2 * interval '1 day', ended_at = ended_at - $2 * interval '1 day' WHERE run_id = $1`,
    [runId, days],
  );
}
const query = { archived: false, days: 30, after: OLDEST, runs: 100, entries: 10_000 };
const old = (): Promise<string[]> =>
  inTransaction(dataSource, async (manager) => (await lockOldRuns(manager, query)).runs.map(({ runId }) => runId));
const archiveOld = (): Promise<number> =>
  inTransaction(dataSource, async (manager) => archiveRuns(manager, (await lockOldRuns(manager, query)).runs));
const rowsOf = async (runId: string): Promise<number[]> => {
  const tables = ['events', 'snapshots', 'archives', 'runs', 'payload_uses'];
  const counts = tables.map((table) =>
    sql(dataSource, `SELECT 1 FROM journal.${table} WHERE run_id = $1`, [runId]).then(({ length }) => length),
  );
  return Promise.all(counts);
};

const choices = {
  agentVersion: 'sha256:2',
  backend: 'two',
  routingReason: 'forked',
  fallbacks: [],
  time: new Date('2026-02-01T00:00:00.000Z'),
  actor: 'test',
  traceId: '',
};

/** What all readers give of a run. */
async function everyReading(runId: string, forkedAt: number) {
  const reader = new JournalStore(dataSource);
  const { state, events } = await reader.load(runId);
  const thread = { tenant: 'default', thread: 'talk', cancelledFor: '-', limit: 10 };
  return {
    state,
    events,
    loaded: await reader.loadState(runId),
    toEnd: await reader.stateToEnd(runId),
    stored: await reader.loadAfter(runId, 0),
    some: await reader.loadAfter(runId, 2, 3),
    none: await reader.loadAfter(runId, state.seq),
    steps: [...steps(events)],
    fork: forkedDrafts(events, forkedAt, choices),
    ofTypes: await entriesOfTypes(dataSource, runId, ['InputAppended', 'ToolCallSettled']),
    thread: (await threadRuns(dataSource, thread)).filter((run) => run.runId === runId),
    record: await reader.findRun(runId),
    listed: (await reader.listRuns({ agent: 'a' })).filter((run) => run.runId === runId),
  };
}

describe('a run that is archived', () => {
  it('leaves the schema as the entities say', async () => {
    expect(await schemaDrift(journal.url, journalOwner)).toEqual([]);
  });

  it('reads the same as before: entries, steps, state, fork, what was added, large values, lists', async () => {
    let run = await begin();
    run = await append(run, turnBody(run, ['call']), requestedBody(['call']));
    run = await append(run, settledBody('call', `\n"ü" ${'L'.repeat(400_000)}`));
    run = await append(run, {
      case: 'inputAppended',
      value: { source: 'user', messages: [wireMessage(userMessage('and 3?'))] },
    });
    run = await end(run);
    await makeOld(run);
    await sql(dataSource, `INSERT INTO journal.snapshots VALUES ($1, 3, 'late', '{}')`, [run.runId]);
    const before = await everyReading(run.runId, 4);
    expect(before.thread[0]?.added).toHaveLength(1);
    expect(before.ofTypes).toHaveLength(2);
    expect(await archiveOld()).toBe(1);
    expect(await rowsOf(run.runId)).toEqual([0, 0, 1, 1, 1]);
    expect(await everyReading(run.runId, 4)).toEqual(before);
    expect(await archiveOld()).toBe(0);
  });

  it('takes nothing more of a process that still knows it as it was, nor does one that is deleted', async () => {
    const asleep = await begin();
    await makeOld(await end(asleep));
    const drafts = [{ body: turnBody(asleep), actor: 'test' }];
    await archiveOld();
    await expect(store.append(asleep, drafts)).rejects.toMatchObject({ code: 'journal.conflict' });
    expect((await store.loadState(asleep.runId)).status).toBe('completed');
    await inTransaction(dataSource, (manager) => deleteRuns(manager, [asleep.runId]));
    await expect(store.append(asleep, drafts)).rejects.toMatchObject({ code: 'journal.conflict' });
    await expect(store.loadState(asleep.runId)).rejects.toMatchObject({ code: 'run.not_found' });
    expect(await rowsOf(asleep.runId)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is one that ended long ago, is published, and belongs to no tree that goes on', async () => {
    const open = await begin();
    await sql(dataSource, `UPDATE journal.runs SET created_at = now() - interval '400 days' WHERE run_id = $1`, [
      open.runId,
    ]);
    const young = await end(await begin());
    await makeOld(young, 29);
    const unpublished = await end(await begin());
    await makeOld({ ...unpublished, seq: 2 });
    const ofOpenParent = await end(await begin(open));
    await makeOld(ofOpenParent);
    const parent = await begin();
    const child = await begin(parent);
    await makeOld(await end(parent));
    const gap = await end(await begin());
    await makeOld(gap);
    await sql(dataSource, 'DELETE FROM journal.events WHERE run_id = $1 AND seq = 2', [gap.runId]);

    expect(await old()).toEqual([gap.runId]);
    expect(await archiveOld()).toBe(0);
    expect(await rowsOf(gap.runId)).toEqual([2, 0, 0, 1, 0]);
    expect((await store.load(open.runId)).state).toEqual(open);
    await makeOld(await end(child));
    await makeOld(await end(open));
    expect((await old()).sort()).toEqual([open, ofOpenParent, parent, child, gap].map(({ runId }) => runId).sort());
    expect(await archiveOld()).toBe(4);
    expect(await old()).toEqual([gap.runId]);
  });

  it('is whole on one side or the other when its process dies on the way', async () => {
    const run = await end(await begin());
    await makeOld(run);
    const before = await everyReading(run.runId, 1);
    const dying = inTransaction(dataSource, async (manager) => {
      const found = (await lockOldRuns(manager, query)).runs.filter(({ runId }) => runId === run.runId);
      await archiveRuns(manager, found);
      throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    expect(await rowsOf(run.runId)).toEqual([3, 0, 0, 1, 0]);
    expect(await archiveOld()).toBe(1);
    expect(await everyReading(run.runId, 1)).toEqual(before);
  });

  it('is found however few of a page are at rest, and however much one of them has', async () => {
    const [first, second, third] = [await end(await begin()), await end(await begin()), await end(await begin())];
    for (const run of [first, second, third]) await makeOld(run, 50);
    await sql(dataSource, `UPDATE journal.runs SET published = '{}' WHERE run_id = $1`, [first.runId]);
    const pages = await inTransaction(dataSource, async (manager) => {
      const found: string[][] = [];
      for (let after: OldPlace | undefined = OLDEST; after;) {
        const page = await lockOldRuns(manager, { ...query, after, days: 45, runs: 2, entries: 1 });
        found.push(page.runs.map(({ runId }) => runId));
        after = page.next;
      }
      return found;
    });
    expect(pages.flat().sort()).toEqual([second.runId, third.runId].sort());
    expect(Math.max(...pages.map(({ length }) => length))).toBe(1);
    await archiveOld();
  });

  it('takes no payload along that another run begins to use at this moment', async () => {
    const text = 'P'.repeat(400_000);
    const large = async (): Promise<RunState> => {
      const run = await begin();
      const asked = await append(run, turnBody(run, ['call']), requestedBody(['call']));
      return end(await append(asked, settledBody('call', text)));
    };
    const [gone, kept] = [await large(), await begin()];
    await sql(dataSource, `UPDATE journal.payloads SET used_at = now() - interval '1 day'`);
    const [payload] = await sql<Payload>(
      dataSource,
      'SELECT p.hash, p.bytes, p.data AS text FROM journal.payloads p JOIN journal.payload_uses u USING (tenant, hash) WHERE u.run_id = $1',
      [gone.runId],
    );
    if (!payload) throw new Error('no payload');
    let deleted: Promise<void> | undefined;
    await inTransaction(dataSource, async (manager) => {
      await writePayloads(manager, [{ tenant: kept.tenant, runId: kept.runId, payloads: [payload] }]);
      deleted = inTransaction(dataSource, (other) => deleteRuns(other, [gone.runId]));
      const held = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await waitFor(async () => (await sql(dataSource, held)).length > 0, { describe: 'the deletion to meet the use' });
    });
    await deleted;
    expect(await rowsOf(gone.runId)).toEqual([0, 0, 0, 0, 0]);
    expect(await store.findPayload(kept.tenant, payload.hash)).toBeDefined();
  });

  it('that is damaged says so', async () => {
    const run = await end(await begin());
    await makeOld(run);
    await archiveOld();
    await sql(dataSource, `UPDATE journal.archives SET entries = 'damaged' WHERE run_id = $1`, [run.runId]);
    await expect(store.load(run.runId)).rejects.toMatchObject({ code: 'journal.archive_damaged' });
  });
});
