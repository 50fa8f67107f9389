import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toValue } from '@switchyard/contracts';
import { userMessage } from '@switchyard/models';
import { sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import type { EventDraft, RunEventBodyInit } from '../event-draft.js';
import { initialState, JournalStore, prepareAppend, type RunState } from '../index.js';
import { acceptedBody, requestedBody, settledBody, turnBody, wireMessage } from '../state/moves.fixture.js';
import { openJournal, type TestJournal } from './journal.fixture.js';
import { SizedCache } from './sized-cache.js';

let journal: TestJournal;
let dataSource: DataSource;
let store: JournalStore;
let count = 0;

beforeAll(async () => {
  journal = await openJournal();
  ({ dataSource, store } = journal);
});
afterAll(() => journal.close());

const begin = (): RunState =>
  initialState({ tenant: 't', runId: `run_${(count += 1)}`, taskId: `task_${count}`, agent: 'a', idempotencyKey: '' });
const drafts = (...bodies: RunEventBodyInit[]): EventDraft[] => bodies.map((body) => ({ body, actor: 'test' }));
const input = (text: string): RunEventBodyInit => ({
  case: 'inputAppended',
  value: { source: 'user', messages: [wireMessage(userMessage(text))] },
});
const accept = async (on = store): Promise<RunState> => (await on.append(begin(), drafts(acceptedBody()))).state;
const add = async (state: RunState, text: string, on = store): Promise<RunState> =>
  (await on.append(state, drafts(input(text)))).state;

/** What a step of a run writes: the results of the turn before, the next turn and its call. */
function step(state: RunState, text: string): EventDraft[] {
  const call = `call_${state.turns}`;
  const asked = [turnBody(state, [call], text), requestedBody([call])];
  return drafts(...(state.turns === 0 ? [] : [settledBody(`call_${state.turns - 1}`, text)]), ...asked);
}

async function runOf(turns: number, text: string, on: JournalStore): Promise<RunState> {
  let state = await accept(on);
  for (let turn = 0; turn < turns; turn += 1) state = (await on.append(state, step(state, text))).state;
  return state;
}

describe('a state that is loaded again', () => {
  it('costs one row of no content where nothing came, and only what came where something did', async () => {
    const state = await add(await accept(), 'x'.repeat(1_000));
    const before = store.stateStatistics;
    expect(await store.loadState(state.runId)).toEqual(state);
    const unchanged = store.stateStatistics;
    expect([unchanged.rowsRead - before.rowsRead, unchanged.bytesRead - before.bytesRead]).toEqual([1, 0]);
    const other = new JournalStore(dataSource);
    const further = await add(state, 'short', other);
    expect(await store.loadState(state.runId)).toEqual(further);
    const changed = store.stateStatistics;
    expect(changed.rowsRead - unchanged.rowsRead).toBe(2);
    expect(changed.bytesRead - unchanged.bytesRead).toBeLessThan(600);
    await other.close();
  });

  it('that the journal does not confirm is forgotten: a database that was set back is believed', async () => {
    const first = await accept();
    const second = await add(first, 'lost');
    await sql(dataSource, 'DELETE FROM journal.events WHERE run_id = $1 AND seq = 2', [first.runId]);
    expect(await store.loadState(first.runId)).toEqual(first);
    await sql(dataSource, 'UPDATE journal.runs SET seq = 1 WHERE run_id = $1', [first.runId]);
    const other = await add(first, 'instead', new JournalStore(dataSource));
    expect(second.seq).toBe(other.seq);
    await expect(store.append(second, drafts(input('after what is lost'), input('and more')))).resolves.toBeDefined();
    await sql(dataSource, 'DELETE FROM journal.events WHERE run_id = $1 AND seq > 2', [first.runId]);
    expect(await store.loadState(first.runId)).toEqual(other);
  });

  it('that is behind cannot write: of two that know the same, one does', async () => {
    const state = await accept();
    const other = new JournalStore(dataSource);
    const known = await other.loadState(state.runId);
    await add(state, 'first');
    await expect(add(known, 'second', other)).rejects.toMatchObject({ code: 'journal.conflict' });
    expect((await other.loadState(state.runId)).seq).toBe(2);
    await other.close();
  });

  it('is told apart from a run that there is not', async () => {
    await expect(store.loadState('run_none')).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('takes no more memory than is allowed, the least used first', () => {
    const cache = new SizedCache<string>({ items: 3, bytes: 100 });
    for (const id of ['a', 'b', 'c']) cache.put(id, id, 10);
    cache.get('a');
    cache.put('d', 'd', 10);
    expect(['a', 'b', 'c', 'd'].map((id) => cache.get(id))).toEqual(['a', undefined, 'c', 'd']);
    cache.put('e', 'e', 85);
    expect(cache.size).toEqual({ items: 2, bytes: 95 });
    cache.put('f', 'f', 101);
    expect(cache.get('f')).toBeUndefined();
    cache.put('g', 'g', 20);
    cache.put('g', 'longer', 30);
    expect([cache.get('g'), cache.size]).toEqual(['longer', { items: 1, bytes: 30 }]);
  });
});

describe('a snapshot', () => {
  const rows = (runId: string) =>
    sql<{ seq: number }>(dataSource, 'SELECT seq FROM journal.snapshots WHERE run_id = $1', [runId]);

  it('of a long run gives the state that its entries give, and without it nothing changes', async () => {
    const writer = new JournalStore(dataSource);
    const state = await runOf(30, 'x'.repeat(4_000), writer);
    await writer.close();
    const [snapshot] = await rows(state.runId);
    expect(snapshot?.seq).toBeGreaterThan(20);
    const reader = new JournalStore(dataSource);
    expect(await reader.loadState(state.runId)).toEqual((await reader.load(state.runId)).state);
    expect(reader.stateStatistics.rowsRead).toBe(2 + state.seq - (snapshot?.seq ?? 0));
    await sql(dataSource, 'DELETE FROM journal.snapshots');
    expect(await new JournalStore(dataSource).loadState(state.runId)).toEqual(state);
  });

  it('that another fold made, or that the entries do not confirm, is as good as none', async () => {
    const writer = new JournalStore(dataSource);
    const state = await runOf(30, 'x'.repeat(4_000), writer);
    await writer.close();
    const wrong = `jsonb_set(state, '{status}', '"completed"')`;
    await sql(dataSource, `UPDATE journal.snapshots SET form = 'another', state = ${wrong} WHERE run_id = $1`, [
      state.runId,
    ]);
    expect(await new JournalStore(dataSource).loadState(state.runId)).toEqual(state);
    const again = await runOf(30, 'x'.repeat(4_000), store);
    await sql(
      dataSource,
      `UPDATE journal.snapshots SET seq = 999, state = jsonb_set(${wrong}, '{seq}', '999') WHERE run_id = $1`,
      [again.runId],
    );
    expect(await new JournalStore(dataSource).loadState(again.runId)).toEqual(again);
  });
});

describe('a run of 1,000 turns', () => {
  /** Rows and bytes of all snapshots that a run of so many turns has written, and of one load of it by a new process. */
  async function costOf(turns: number): Promise<{ snapshotBytes: number; loadRows: number; loadBytes: number }> {
    await sql(dataSource, 'TRUNCATE journal.written');
    const writer = new JournalStore(dataSource);
    const state = await runOf(turns, 'y'.repeat(500), writer);
    await writer.close();
    const [row] = await sql<{ bytes: number }>(
      dataSource,
      'SELECT coalesce(sum(bytes), 0)::integer AS bytes FROM journal.written',
    );
    const reader = new JournalStore(dataSource);
    expect(await reader.loadState(state.runId)).toEqual(state);
    const { rowsRead, bytesRead } = reader.stateStatistics;
    return { snapshotBytes: row?.bytes ?? 0, loadRows: rowsRead, loadBytes: bytesRead };
  }

  it('costs no more than ten of 100 turns: snapshots written, rows and bytes read', async () => {
    await sql(dataSource, 'CREATE TABLE journal.written (bytes integer)');
    await sql(
      dataSource,
      `CREATE FUNCTION journal.log_written() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN INSERT INTO journal.written VALUES (length(NEW.state::text)); RETURN NEW; END $$`,
    );
    await sql(
      dataSource,
      'CREATE TRIGGER log_written AFTER INSERT OR UPDATE ON journal.snapshots FOR EACH ROW EXECUTE FUNCTION journal.log_written()',
    );
    const [short, long] = [await costOf(100), await costOf(1_000)];
    process.stdout.write(`journal: cost of 100 turns ${JSON.stringify(short)}, of 1,000 ${JSON.stringify(long)}\n`);
    expect(short.snapshotBytes).toBeGreaterThan(0);
    // Twofold for where in its growth the last snapshot of each falls.
    expect(long.snapshotBytes).toBeLessThan(20 * short.snapshotBytes);
    expect(long.loadBytes).toBeLessThan(20 * short.loadBytes);
    expect(long.loadRows).toBeLessThan(20 * short.loadRows);
  });

  it('sends as much with its last step as with its third, however long its input is', () => {
    let state = begin();
    const sizes: number[] = [];
    const append = (more: EventDraft[]): void => {
      const { state: after, item } = prepareAppend(state, more);
      sizes.push(item.rows.reduce((sum, { data }) => sum + data.length, item.projection.length));
      state = after;
    };
    append(drafts({ case: 'runAccepted', value: { backend: 'one', input: toValue('z'.repeat(100_000)) } }));
    for (let turn = 0; turn < 1_000; turn += 1) append(step(state, 'short'));
    expect(sizes[0]).toBeGreaterThan(200_000);
    expect(sizes[2]).toBeLessThan(3_000);
    // Numbers have more digits at the end.
    expect(sizes.at(-1)).toBeLessThan((sizes[2] ?? 0) + 64);
  });
});
