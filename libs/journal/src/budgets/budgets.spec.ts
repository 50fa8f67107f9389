import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { createDataSource, inTransaction, runMigrations, sql } from '@switchyard/persistence';
import { freshDatabase, type FreshDatabase } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import type { EventDraft, RunEventBodyInit } from '../event-draft.js';
import { BudgetStore, initialState, journalOwner, JournalStore, type RunState } from '../index.js';
import { acceptedBody, turnBody } from '../state/moves.fixture.js';

let database: FreshDatabase;
let stores: JournalStore[];
let sources: DataSource[];
let budgets: BudgetStore;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
  await runMigrations(database.url, [journalOwner]);
  sources = await Promise.all(
    [1, 2, 3, 4].map(() =>
      createDataSource({ url: database.url, schema: 'journal', entities: journalOwner.entities, poolSize: 3 }),
    ),
  );
  stores = sources.map((source) => new JournalStore(source));
  budgets = new BudgetStore(first(sources));
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await Promise.all(sources.map((source) => source.destroy()));
  await database.drop();
});

function first<T>([item]: readonly T[]): T {
  if (item === undefined) throw new Error('none');
  return item;
}

const drafts = (...bodies: RunEventBodyInit[]): EventDraft[] => bodies.map((body) => ({ body, actor: 'test' }));
const reserveBody = (state: RunState, scopes: string[], costUsd: number, tokens = 0): RunEventBodyInit => ({
  case: 'budgetReserved',
  value: { turn: state.turns + 1, costUsd, tokens, scopes },
});
const settleBody = (turn: number, costUsd: number, tokens = 0): RunEventBodyInit => ({
  case: 'budgetSettled',
  value: { turn, costUsd, tokens },
});
const codeOf = (error: unknown): string => (error instanceof SwitchyardError ? error.code : String(error));

async function accept(limits: object = {}, tenant = 'default', root = ''): Promise<RunState> {
  count += 1;
  const identity = { tenant, runId: `run_${count}`, taskId: `task_${count}`, agent: 'helper', idempotencyKey: '' };
  const body = acceptedBody();
  if (body.case === 'runAccepted') {
    body.value.limits = limits;
    if (root !== '') body.value.parent = { runId: root, callId: 'call_1', rootRunId: root, depth: 1 };
  }
  return (await first(stores).append(initialState(identity), drafts(body))).state;
}

/** What stands in a budget, of whatever kind. */
async function stands(scope: string): Promise<{ spent: number; reserved: number; tokens: number } | undefined> {
  const rows = await sql<{ spent: number; reserved: number; tokens: number }>(
    first(sources),
    'SELECT spent_usd AS spent, reserved_usd AS reserved, spent_tokens AS tokens FROM journal.budgets WHERE scope = $1',
    [scope],
  );
  return rows[0];
}

const reservations = async (runId: string): Promise<number> =>
  (await sql(first(sources), 'SELECT 1 FROM journal.reservations WHERE run_id = $1', [runId])).length;

describe('a budget', () => {
  it('is not exceeded by more than one reserve by 64 runs in four pools, some of which die, are cancelled or are fenced out', async () => {
    const limit = 20;
    const each = 1.5;
    await budgets.set({ tenant: 'busy', agent: '' }, 'day', { usd: limit, tokens: 0 });
    await budgets.set({ tenant: 'busy', agent: 'helper' }, 'total', { usd: 1_000, tokens: 0 });
    const scopes = ['tenant:busy', 'agent:busy/helper'];
    const runs = await Promise.all(Array.from({ length: 64 }, () => accept({}, 'busy')));
    let most = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        const { spent = 0, reserved = 0 } = (await stands('tenant:busy')) ?? {};
        most = Math.max(most, spent + reserved);
      }
    })();
    const work = async (run: RunState, index: number): Promise<string> => {
      const store = stores[index % stores.length] ?? first(stores);
      let state = run;
      for (let turn = 1; ; turn += 1) {
        try {
          const reserved = drafts(reserveBody(state, scopes, each));
          // Another process believes to have the same run in hand: one of the two writes.
          const rival = index % 3 === 0 ? stores[(index + 1) % stores.length] : undefined;
          const both = await Promise.allSettled([
            store.append(state, reserved),
            ...(rival ? [rival.append(state, drafts(reserveBody(state, scopes, each)))] : []),
          ]);
          const won = both.find((one) => one.status === 'fulfilled');
          if (!won) throw both.find((one) => one.status === 'rejected')?.reason;
          state = won.value.state;
        } catch (error) {
          return codeOf(error);
        }
        if (index % 16 === 3) return 'died';
        if (index % 16 === 5) {
          await store.append(state, drafts({ case: 'runCancelled', value: { reason: 'enough' } }));
          return 'cancelled';
        }
        const next = await store.append(state, drafts(turnBody(state), settleBody(turn, 0.4)));
        state = next.state;
      }
    };
    // The eight that end early come first, so that there is room for them; all others at once.
    const early = runs.filter((_, index) => index % 8 < 2).slice(0, 8);
    const ends = await Promise.all(early.map((run, index) => work(run, index % 2 === 0 ? 3 : 5)));
    const rest = runs.filter((run) => !early.includes(run));
    const outcomes = [...ends, ...(await Promise.all(rest.map((run, index) => work(run, index * 16 + (index % 3)))))];
    watching = false;
    await watch;
    expect(most).toBeLessThanOrEqual(limit + each);
    expect(outcomes.filter((code) => code === 'budget.exhausted').length).toBeGreaterThan(32);
    expect(new Set(outcomes)).toEqual(new Set(['budget.exhausted', 'died', 'cancelled']));
    // What is left is what the dead hold; the journals say the same as the budget.
    const dead = outcomes.filter((code) => code === 'died').length;
    const cancelled = outcomes.filter((code) => code === 'cancelled').length;
    const turns = await sql<{ turns: number }>(
      first(sources),
      `SELECT sum(turns)::int AS turns FROM journal.runs WHERE tenant = 'busy'`,
    );
    const end = await stands('tenant:busy');
    expect(end?.reserved).toBeCloseTo(dead * each, 6);
    expect(end?.spent).toBeCloseTo((turns[0]?.turns ?? 0) * 0.4 + cancelled * each, 6);
    expect(end).toEqual(await stands('agent:busy/helper'));
  });

  it('has nothing of a reservation that the fence or the limit refused', async () => {
    await budgets.set({ tenant: 'fenced', agent: '' }, 'total', { usd: 1, tokens: 0 });
    const run = await accept({}, 'fenced');
    const stale = drafts(reserveBody(run, ['tenant:fenced'], 1));
    const { state } = await first(stores).append(run, drafts({ case: 'inputAppended', value: { source: 'user' } }));
    await expect(first(stores).append(run, stale)).rejects.toMatchObject({ code: 'journal.conflict' });
    expect(await stands('tenant:fenced')).toMatchObject({ spent: 0, reserved: 0 });
    const { state: holding } = await first(stores).append(state, drafts(reserveBody(state, ['tenant:fenced'], 1)));
    const other = await accept({}, 'fenced');
    const refused = first(stores).append(other, drafts(reserveBody(other, ['tenant:fenced'], 1)));
    await expect(refused).rejects.toMatchObject({
      code: 'budget.exhausted',
      retryable: false,
      details: { scope: 'tenant:fenced', unit: 'cost_usd', limit: 1, spent: 0, reserved: 1 },
    });
    expect((await first(stores).load(other.runId)).state.seq).toBe(other.seq);
    expect(await reservations(other.runId)).toBe(0);
    expect(await reservations(holding.runId)).toBe(1);
  });

  it('counts a reservation that a crash left as spent, when the run is taken on and reserves anew', async () => {
    await budgets.set({ tenant: 'crash', agent: '' }, 'total', { usd: 10, tokens: 1_000 });
    const run = await accept({}, 'crash');
    await first(stores).append(run, drafts(reserveBody(run, ['tenant:crash'], 2, 100)));
    const { state: found } = await first(stores.slice(1)).load(run.runId);
    expect(found.reserved).toMatchObject({ turn: 1, costUsd: 2, tokens: 100 });
    const again = drafts(settleBody(1, 2, 100), reserveBody(found, ['tenant:crash'], 3, 50));
    const { state } = await first(stores.slice(1)).append(found, again);
    expect(await stands('tenant:crash')).toEqual({ spent: 2, reserved: 3, tokens: 100 });
    await first(stores).append(state, drafts(turnBody(state), settleBody(1, 1, 10)));
    expect(await stands('tenant:crash')).toEqual({ spent: 3, reserved: 0, tokens: 110 });
  });

  it('is settled by the sweep where an ended run left something open', async () => {
    await budgets.set({ tenant: 'swept', agent: '' }, 'total', { usd: 10, tokens: 0 });
    const run = await accept({}, 'swept');
    const { state } = await first(stores).append(run, drafts(reserveBody(run, ['tenant:swept'], 2)));
    // As who does not know of the reservation ends it: an older version, or from the projection alone.
    await first(stores).append({ ...state, reserved: null }, drafts({ case: 'runCancelled', value: {} }));
    const swept = await Promise.all([budgets.sweep(), budgets.sweep()]);
    expect(swept.reduce((sum, { settled }) => sum + settled, 0)).toBe(1);
    expect(await stands('tenant:swept')).toMatchObject({ spent: 2, reserved: 0 });
  });

  it('of a run is that of its whole tree, opens with what the run has spent, and is closed after its end', async () => {
    const root = await accept({ costUsd: 2 });
    const scope = `run:${root.runId}`;
    const { state: turned } = await first(stores).append(root, drafts(turnBody(root, ['call_1'])));
    const child = await accept({}, 'default', root.runId);
    const { state: reserved } = await first(stores).append(child, drafts(reserveBody(child, [scope], 1.75)));
    expect(await stands(scope)).toMatchObject({ spent: 0.25, reserved: 1.75 });
    await expect(first(stores).append(turned, drafts(reserveBody(turned, [scope], 0.1)))).rejects.toMatchObject({
      code: 'budget.exhausted',
      retryable: false,
      details: { scope, limit: 2 },
    });
    await first(stores).append(reserved, drafts(turnBody(reserved), settleBody(1, 0.5)));
    expect(await stands(scope)).toMatchObject({ spent: 0.75, reserved: 0 });
    await first(stores).append(turned, drafts({ case: 'runFailed', value: {} }));
    await budgets.sweep();
    expect(await stands(scope)).toBeDefined();
    await sql(first(sources), `UPDATE journal.runs SET ended_at = now() - interval '1 hour' WHERE run_id = $1`, [
      root.runId,
    ]);
    await sql(first(sources), `UPDATE journal.budgets SET updated_at = now() - interval '1 hour' WHERE scope = $1`, [
      scope,
    ]);
    await budgets.sweep();
    expect(await stands(scope)).toBeUndefined();
  });

  it('begins anew in the reservation that is the first of its period, and says when it will', async () => {
    await budgets.set({ tenant: 'daily', agent: '' }, 'day', { usd: 1, tokens: 0 });
    const run = await accept({}, 'daily');
    const { state } = await first(stores).append(run, drafts(reserveBody(run, ['tenant:daily'], 1)));
    const { state: done } = await first(stores).append(state, drafts(turnBody(state), settleBody(1, 1)));
    const refused = first(stores).append(done, drafts(reserveBody(done, ['tenant:daily'], 1)));
    const [today] = await budgets.list('daily');
    await expect(refused).rejects.toMatchObject({
      code: 'budget.exhausted',
      retryable: true,
      details: { resets_at: today?.periodEnd?.toISOString() },
    });
    await sql(
      first(sources),
      `UPDATE journal.budgets SET period_start = period_start - interval '1 day' WHERE scope = 'tenant:daily'`,
    );
    expect(await budgets.list('daily')).toMatchObject([{ spent: { usd: 0 }, periodStart: today?.periodStart }]);
    await first(stores).append(done, drafts(reserveBody(done, ['tenant:daily'], 1)));
    expect(await stands('tenant:daily')).toMatchObject({ spent: 0, reserved: 1 });
  });

  it('that is removed limits nothing more, and set anew it knows nothing of turns from before', async () => {
    await budgets.set({ tenant: 'gone', agent: '' }, 'total', { usd: 1, tokens: 0 });
    const run = await accept({}, 'gone');
    const { state } = await first(stores).append(run, drafts(reserveBody(run, ['tenant:gone'], 1)));
    expect(await budgets.remove({ tenant: 'gone', agent: '' })).toBe(true);
    expect(await budgets.remove({ tenant: 'gone', agent: '' })).toBe(false);
    await budgets.set({ tenant: 'gone', agent: '' }, 'total', { usd: 5, tokens: 0 });
    const other = await accept({}, 'gone');
    await first(stores).append(other, drafts(reserveBody(other, ['tenant:gone'], 3)));
    await first(stores).append(state, drafts(turnBody(state), settleBody(1, 1)));
    expect(await stands('tenant:gone')).toMatchObject({ spent: 0, reserved: 3 });
  });

  it('moves with a transaction that it is part of, or not at all', async () => {
    await budgets.set({ tenant: 'part', agent: '' }, 'total', { usd: 5, tokens: 0 });
    const run = await accept({}, 'part');
    const { state } = await first(stores).append(run, drafts(reserveBody(run, ['tenant:part'], 1)));
    const end = drafts({ case: 'runCancelled', value: {} });
    await expect(
      inTransaction(first(sources), async (manager) => {
        await first(stores).append(state, end, { manager });
        throw new Error('not after all');
      }),
    ).rejects.toThrow('not after all');
    expect(await stands('tenant:part')).toMatchObject({ spent: 0, reserved: 1 });
    await inTransaction(first(sources), (manager) => first(stores).append(state, end, { manager }));
    expect(await stands('tenant:part')).toMatchObject({ spent: 1, reserved: 0 });
  });
});
