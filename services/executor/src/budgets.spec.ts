import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmptySchema } from '@switchyard/contracts';
import { BudgetStore } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { typesOf, World } from './world.fixture.js';

/** A million tokens cost as much, in and out: a token is a millionth of a dollar. */
const PRICES = { input: 1, output: 1 };
const MAX_OUTPUT = 200;
let world: World;
let budgets: BudgetStore;

beforeEach(async () => {
  world = await World.create({ SWITCHYARD_MODEL_ATTEMPTS: '3', SWITCHYARD_STOP_GRACE_MS: '100' });
  world.surroundings.backend = { prices: PRICES, profile: { maxOutputTokens: MAX_OUTPUT } };
  budgets = new BudgetStore(world.dataSource);
});
afterEach(() => world.close());

async function setBudget(usd: number, agent = '', tokens = 0): Promise<void> {
  await budgets.set({ tenant: 'default', agent }, 'day', { usd, tokens });
  world.bus.emit(world.bus.subjects.rpc('router', 'budgets_changed'), EmptySchema, {});
}

async function stands(scope: string): Promise<{ spent: number; reserved: number; tokens: number }> {
  const [row] = await sql<{ spent: number; reserved: number; tokens: number }>(
    world.dataSource,
    'SELECT spent_usd AS spent, reserved_usd AS reserved, spent_tokens AS tokens FROM journal.budgets WHERE scope = $1',
    [scope],
  );
  if (!row) throw new Error(`There is no budget ${scope}`);
  return row;
}

const modelRequests = (): number => world.simulator.requests.filter(({ path }) => path.includes('completions')).length;

/** What the first reservation of a run set aside. */
async function reserveOf(runId: string): Promise<number> {
  const { events } = await world.store.load(runId);
  for (const { body } of events) if (body.case === 'budgetReserved') return body.value.costUsd;
  throw new Error(`${runId} has reserved nothing`);
}

describe('budgets', () => {
  it('cost a run nothing that no budget applies to', async () => {
    await world.startExecutor();
    const { events } = await world.ended(await world.accept('Hi', { limits: { turns: 5, seconds: 60 } }));
    expect(typesOf(events)).toEqual(['RunAccepted', 'ModelTurnCompleted', 'RunCompleted']);
  });

  it('of the run, its agent and its tenant are reserved before each turn, and settled with it by what was used', async () => {
    await setBudget(1);
    await setBudget(1, 'helper');
    world.simulator.enqueue({ calls: [{ name: 'calculator', arguments: { expression: '2+2' } }] }, { text: 'Four.' });
    await world.startExecutor();
    const runId = await world.accept('2+2', { limits: { costUsd: 1 } });
    const { events, state } = await world.ended(runId);
    expect(typesOf(events)).toEqual([
      'RunAccepted',
      ...['BudgetReserved', 'ModelTurnCompleted', 'ToolCallsRequested', 'BudgetSettled'],
      ...['ToolCallSettled', 'BudgetReserved', 'ModelTurnCompleted', 'BudgetSettled'],
      'RunCompleted',
    ]);
    const used = state.usage.inputTokens + state.usage.outputTokens;
    for (const scope of ['tenant:default', 'agent:default/helper', `run:${runId}`]) {
      const stood = await stands(scope);
      expect(stood).toMatchObject({ reserved: 0, tokens: used });
      expect(stood.spent).toBeCloseTo(state.costUsd, 9);
    }
    // The estimate is not below what was used, and has the whole answer in it.
    expect(await reserveOf(runId)).toBeGreaterThan(MAX_OUTPUT / 1_000_000);
  });

  it('that are set while executors run hold for the next turn, which is not asked; the run can be redriven later', async () => {
    await world.startExecutor();
    await world.ended(await world.accept('Hi'));
    const before = modelRequests();
    await setBudget(0, '', 1);
    await sql(world.dataSource, `UPDATE journal.budgets SET spent_tokens = 5`);
    const failed = await waitFor(
      async () => {
        const { state } = await world.ended(await world.accept('Hi'));
        return state.status === 'failed' ? state : undefined;
      },
      { describe: 'the budget to be known' },
    );
    expect(failed).toMatchObject({
      turns: 0,
      error: {
        code: 'budget.exhausted',
        retryable: true,
        details: { scope: 'tenant:default', unit: 'tokens', limit: 1, resets_at: expect.any(String) },
      },
    });
    const allowed = (await world.store.listRuns({ tenant: 'default', limit: 50 })).filter(
      ({ status }) => status === 'completed',
    );
    expect(modelRequests() - before).toBe(allowed.length - 1);
  });

  it('are exceeded by no more than one reserve by 24 runs in two executors', async () => {
    const limit = 0.001;
    await setBudget(limit);
    await Promise.all([world.startExecutor(8), world.startExecutor(8)]);
    const runs = await Promise.all(Array.from({ length: 24 }, (_, index) => world.accept(`Say ${index}`)));
    // Most of them wait for what the others have set aside.
    const ended = await waitFor(
      async () => {
        const loaded = await Promise.all(runs.map((runId) => world.store.load(runId)));
        return loaded.every(({ state }) => state.endedAt !== '') && loaded;
      },
      { describe: 'all to end', intervalMs: 250 },
    );
    const completed = ended.filter(({ state }) => state.status === 'completed');
    const { spent, reserved } = await stands('tenant:default');
    const each = await reserveOf(completed[0]?.state.runId ?? '');
    expect(reserved).toBe(0);
    expect(spent).toBeLessThanOrEqual(limit + each);
    expect(spent).toBeCloseTo(
      completed.reduce((sum, { state }) => sum + state.costUsd, 0),
      9,
    );
    for (const { state } of ended) if (state.status === 'failed') expect(state.error?.code).toBe('budget.exhausted');
  });

  it('count a turn as spent that died with its executor, and memory is not asked again', async () => {
    let recalls = 0;
    world.surroundings.recall = () => {
      recalls += 1;
      return { memories: [{ memory: { id: 'mem_1', text: 'Ann likes tea.' } }] };
    };
    await setBudget(1);
    world.simulator.setFault({ fault: 'hang' });
    const dying = await world.startExecutor();
    const runId = await world.accept('Hi');
    await waitFor(() => modelRequests() > 0, { describe: 'the model to be asked' });
    const { reserved } = await stands('tenant:default');
    await dying.stop();
    world.simulator.setFault(null);
    await world.startExecutor();
    const { state, events } = await world.ended(runId);
    expect(state.status).toBe('completed');
    const stood = await stands('tenant:default');
    expect(stood.reserved).toBe(0);
    expect(stood.spent).toBeCloseTo(reserved + state.costUsd, 9);
    expect(typesOf(events).filter((type) => type === 'InputAppended')).toHaveLength(1);
    expect(recalls).toBe(1);
  });

  it('count a stream that broke, and not a request that was refused', async () => {
    await setBudget(1);
    world.simulator.setFault({ fault: 'cut' });
    await world.startExecutor();
    const broken = await world.accept('Hi');
    await world.ended(broken);
    const each = await reserveOf(broken);
    const { spent } = await stands('tenant:default');
    expect(spent).toBeCloseTo(3 * each, 6);
    world.simulator.setFault({ fault: '429', retryAfterMs: 20 });
    const refused = await world.accept('Hi');
    expect((await world.ended(refused)).state.error?.code).toBe('model.rate_limited');
    expect(await stands('tenant:default')).toMatchObject({ spent, reserved: 0 });
  });

  it('wait a while for what other turns have set aside and may give back', async () => {
    await setBudget(0.000_1);
    world.simulator.setFault({ fault: 'hang' });
    await world.startExecutor();
    await world.accept('Hi');
    await waitFor(() => modelRequests() > 0, { describe: 'the model to be asked' });
    world.simulator.setFault(null);
    const second = await world.accept('Hi');
    await waitFor(async () => (await world.store.findRun(second))?.status === 'running', {
      describe: 'the second run to be in hand',
    });
    expect((await world.store.load(second)).state.seq).toBe(1);
    await budgets.set({ tenant: 'default', agent: '' }, 'day', { usd: 1, tokens: 0 });
    expect((await world.ended(second)).state.status).toBe('completed');
  });
});
