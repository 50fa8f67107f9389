import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SwitchyardClient } from '@switchyard/client';
import { EvaluationComparisonSchema, toWire, type Evaluation } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import pg from 'pg';
import { SCRIPTED_AGENT, scriptedAgent, scriptedBackend, NO_OP } from '../durable/scripted-backend.js';
import { OTHER_MODEL } from '../durable/scripted-answer.js';
import { startSystem, type MeasuredSystem } from '../system.js';

/** Tool calls of a run; a turn for each, and one for the answer. */
const CALLS = 25;
/** The most that one replay takes; with 51 steps each, 10,200 steps. */
const RUNS = 200;
const PATIENCE_MS = 1_200_000;

export interface ReplayFigures {
  /** Recorded runs that were replayed on the other backend. */
  runs: number;
  /** Model turns and tool calls of those replays. */
  steps: number;
  /** Rows that the tool host's ledger has more after all replays than before. */
  effects: number;
  /** Runs of the other backend that left their record: one in five is made to. */
  diverged: number;
  verdict: string;
  /** Whether the comparison, made again by a system that was started anew on the same record, is the same to the byte. */
  verdictIdentical: boolean;
}

/**
 * Records runs whose calls go to a real tool host, replays them on their backend and on another one that goes wrong now and then, and
 * compares the two; then starts the system anew on its data, and compares them again.
 */
export async function measureReplay(scale: number): Promise<ReplayFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-replay-'));
  const runs = Math.max(2, Math.round(RUNS * scale));
  try {
    const first = await withSystem(dataDir, async ({ client, count, sum }) => {
      await client.backends.apply(scriptedBackend(64));
      await client.backends.apply({ ...scriptedBackend(64), name: 'other', model: OTHER_MODEL });
      await client.agents.apply(scriptedAgent(CALLS, NO_OP.tool));
      for (let index = 0; index < runs; index += 1)
        await client.tasks.submit({ agent: SCRIPTED_AGENT, input: `Task ${index}` });
      await until(async () => (await count('evaluation.outcomes')) >= runs, 'the runs to be recorded');
      const before = await count('effects.calls');
      const baseline = await ended(client, 'scripted', runs);
      const candidate = await ended(client, 'other', runs);
      const after = await count('effects.calls');
      const steps = await sum('turns + tool_calls', `backend = 'other'`);
      return { baseline, candidate, before, after, steps, compared: await compare(client, candidate, baseline) };
    });
    const { baseline, candidate, before, after, steps, compared } = first;
    const again = await withSystem(dataDir, ({ client }) => compare(client, candidate, baseline));
    if (before === 0)
      throw new Error('the ledger has no row of the recorded runs: there is nothing to tell effects by');
    const { verdict } = JSON.parse(compared) as { verdict: string };
    const { total, diverged } = candidate;
    return { runs: total, steps, effects: after - before, diverged, verdict, verdictIdentical: compared === again };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Measured {
  client: SwitchyardClient;
  count(table: string): Promise<number>;
  /** Over the runs in the journal. */
  sum(expression: string, where: string): Promise<number>;
}

async function withSystem<T>(dataDir: string, work: (measured: Measured) => Promise<T>): Promise<T> {
  const env = {
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${new URL('../durable/scripted-model.js', import.meta.url).href}`,
    BENCH_STEPS: String(CALLS),
    BENCH_CALL: JSON.stringify(NO_OP),
  };
  const system: MeasuredSystem = await startSystem(dataDir, [], env);
  const database = new pg.Client({ connectionString: system.databaseUrl });
  const numberOf = async (text: string): Promise<number> => {
    const { rows } = await database.query<{ n: string }>(text);
    return Number(rows[0]?.n ?? 0);
  };
  try {
    await database.connect();
    return await work({
      client: new SwitchyardClient({ url: system.gatewayUrl, apiKey: system.apiKey }),
      count: (table) => numberOf(`SELECT count(*) AS n FROM ${table}`),
      sum: (expression, where) =>
        numberOf(`SELECT coalesce(sum(${expression}), 0) AS n FROM journal.runs WHERE ${where}`),
    });
  } finally {
    await database.end();
    await system.stop();
  }
}

async function ended(client: SwitchyardClient, backend: string, last: number): Promise<Evaluation> {
  const { evaluation } = await client.evaluations.replay(SCRIPTED_AGENT, { backend, last });
  const id = evaluation.id;
  await until(async () => (await client.evaluations.progress(id)).status !== 'running', `the replay on ${backend}`);
  return client.evaluations.progress(id);
}

async function compare(client: SwitchyardClient, candidate: Evaluation, baseline: Evaluation): Promise<string> {
  const comparison = await client.evaluations.compare(candidate.id, { baseline: baseline.id });
  return JSON.stringify(toWire(EvaluationComparisonSchema, comparison));
}

async function until(holds: () => Promise<boolean>, describe: string): Promise<void> {
  await waitFor(holds, { timeoutMs: PATIENCE_MS, intervalMs: 500, describe });
}
