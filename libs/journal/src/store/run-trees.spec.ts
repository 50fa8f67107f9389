import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toValue } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import type { DataSource } from 'typeorm';
import { initialState, type JournalStore, RunTrees, type RunEventBodyInit, type RunState } from '../index.js';
import { turnBody } from '../state/moves.fixture.js';
import { openJournal, type TestJournal } from './journal.fixture.js';

let journal: TestJournal;
let dataSource: DataSource;
let store: JournalStore;
let trees: RunTrees;
let count = 0;

beforeAll(async () => {
  journal = await openJournal();
  ({ dataSource, store } = journal);
  trees = new RunTrees(dataSource);
});
afterAll(() => journal.close());

const append = async (state: RunState, ...bodies: RunEventBodyInit[]): Promise<RunState> =>
  (
    await store.append(
      state,
      bodies.map((body) => ({ body, actor: 'test' })),
    )
  ).state;

async function accept(parent?: RunState, more: { agent?: string; thread?: string } = {}): Promise<RunState> {
  count += 1;
  const runId = `run_${count}`;
  const identity = { tenant: 'default', runId, taskId: `task_${count}`, agent: more.agent ?? 'a', idempotencyKey: '' };
  const value = { backend: 'sim', input: toValue('q'), thread: more.thread ?? '' };
  const rootRunId = parent?.parent?.rootRunId ?? parent?.runId ?? '';
  const depth = (parent?.parent?.depth ?? 0) + 1;
  const called = parent
    ? { parent: { runId: parent.runId, callId: `call_${count}`, rootRunId, depth, agents: [] } }
    : {};
  return append(initialState(identity), { case: 'runAccepted', value: { ...value, ...called } });
}

const cancel = (state: RunState): Promise<RunState> => append(state, { case: 'runCancelled', value: {} });

describe('trees of runs', () => {
  it('tell of an end who called, and whether siblings and children go on', async () => {
    const root = await accept();
    const [first, second] = [await accept(root), await accept(root)];
    const below = await accept(first);
    expect(await trees.endOf(first.runId)).toBeUndefined();
    await cancel(first);
    expect(await trees.endOf(first.runId)).toEqual({
      tenant: 'default',
      parentRunId: root.runId,
      hasOpenSiblings: true,
      hasOpenChildren: true,
    });
    await Promise.all([cancel(second), cancel(below)]);
    expect(await trees.endOf(first.runId)).toMatchObject({ hasOpenSiblings: false, hasOpenChildren: false });
    await cancel(root);
    expect(await trees.endOf(root.runId)).toMatchObject({ parentRunId: '', hasOpenSiblings: false });
  });

  it('are read whole, callers first, and below any run what goes on', async () => {
    const root = await accept();
    const child = await accept(root);
    const other = await accept(root);
    const grandchild = await accept(child);
    const ids = (await trees.treeOf(root.runId, 10)).map(({ runId }) => runId);
    expect(ids[0]).toBe(root.runId);
    expect(ids.slice(1, 3).sort()).toEqual([child.runId, other.runId].sort());
    expect(ids[3]).toBe(grandchild.runId);
    expect(await trees.treeOf(root.runId, 3)).toHaveLength(3);
    await cancel(child);
    expect((await trees.openBelow(root.runId, 10)).sort()).toEqual([other.runId, grandchild.runId].sort());
    const listed = await store.listRuns({ tenant: 'default', parent: root.runId });
    expect(listed.map(({ runId }) => runId).sort()).toEqual([child.runId, other.runId].sort());
  });

  it('show who waits for runs that have all ended, and who goes on after its caller ended', async () => {
    const root = await accept();
    const [first, second] = [await accept(root), await accept(root)];
    const parked = await append(root, { case: 'runParked', value: { reason: 'child' } });
    const later = new Date(Date.now() + 60_000);
    const due = async () =>
      (await trees.due(later, 100)).filter(({ runId }) => [root, first, second].some((run) => run.runId === runId));
    expect(await due()).toEqual([]);
    await cancel(first);
    expect(await due()).toEqual([]);
    await cancel(second);
    expect(await due()).toMatchObject([{ runId: root.runId, due: 'wake', seq: parked.seq, backend: 'sim' }]);
    expect(await trees.due(new Date(0), 100)).not.toContainEqual(expect.objectContaining({ runId: root.runId }));
    const orphan = await accept(root);
    await cancel(parked);
    expect(await trees.due(later, 100)).toContainEqual(expect.objectContaining({ runId: orphan.runId, due: 'cancel' }));
  });

  it('take no run below one that ends at the same moment without seeing it', async () => {
    const root = await accept();
    const order: string[] = [];
    let ended: Promise<unknown> = Promise.resolve();
    await inTransaction(dataSource, async (manager) => {
      expect(await trees.hold(manager, root.runId)).toEqual({ seq: 1, children: 0 });
      ended = cancel(root).then(() => order.push('ended'));
      // The end waits for the transaction: it is blocked once Postgres says so.
      for (;;) {
        const [waiting] = await sql<{ n: number }>(
          manager,
          'SELECT count(*)::integer AS n FROM pg_locks l JOIN pg_database d ON true WHERE NOT l.granted AND d.datname = current_database()',
        );
        if ((waiting?.n ?? 0) > 0) break;
      }
      order.push('held');
    });
    await ended;
    expect(order).toEqual(['held', 'ended']);
    await inTransaction(dataSource, async (manager) => {
      expect(await trees.hold(manager, root.runId)).toBeUndefined();
    });
  });

  it('tell the handovers of a thread in order', async () => {
    for (const [agent, to] of [
      ['a', 'b'],
      ['b', ''],
      ['b', 'c'],
    ] as const) {
      const run = await accept(undefined, { agent, thread: 't' });
      await append(run, turnBody(run), { case: 'runCompleted', value: { handedOverTo: to, output: toValue('x') } });
    }
    expect(await trees.handoversOf('default', 't', 10)).toEqual([
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ]);
    expect(await trees.handoversOf('default', 't', 1)).toEqual([{ from: 'b', to: 'c' }]);
  });
});
