import { setTimeout as delay } from 'node:timers/promises';
import { mainFile } from '@switchyard/platform';
import pg from 'pg';
import { costsOf, pidsOf } from './process-costs.js';
import { SCRIPTED_AGENT } from './scripted-backend.js';
import { startScripted } from './scripted-system.js';

export interface ParkedFigures {
  parked_runs: number;
  /** Milliseconds of processor time a second, without parked runs and with them. */
  executor_cpu: readonly [number, number];
  router_cpu: readonly [number, number];
}

const LOOK_MS = 45_000;
/** The longest that a reconciler leaves a run alone that does not move. */
const LOOKED_AT_WITHIN = "interval '15 minutes'";

/**
 * What runs cost that sleep until tomorrow. One sleeps by itself; the others are copies of what it left in the database, which
 * is all there is of a parked run besides its timer.
 */
export async function measureParked(runs: number): Promise<ParkedFigures> {
  const call = { tool: 'sleep', arguments: { seconds: 86_400 } };
  const scripted = await startScripted({ separate: true, steps: 1, call });
  const database = new pg.Client({ connectionString: scripted.system.databaseUrl });
  await database.connect();
  try {
    const { runId } = await scripted.client.tasks.submit({ agent: SCRIPTED_AGENT, input: 'Sleep' });
    while ((await scripted.client.runs.get(runId)).status !== 'waiting') await delay(100);
    const look = costsOfServices(scripted.system.pid);
    const before = await look();
    await copy(database, runId, runs);
    const after = await look();
    return {
      parked_runs: runs,
      executor_cpu: [before.executor, after.executor],
      router_cpu: [before.router, after.router],
    };
  } finally {
    await database.end();
    await scripted.stop();
  }
}

async function copy(database: pg.Client, runId: string, runs: number): Promise<void> {
  const as = (table: string, columns: string): string =>
    `INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object('run_id', t.run_id || n, ${columns}))).*
     FROM ${table} t, generate_series(1, ${runs}) n WHERE t.run_id = $1`;
  await database.query('BEGIN');
  await database.query(as('journal.runs', `'task_id', t.task_id || n, 'idempotency_key', n`), [runId]);
  const data = `jsonb_set(t.data, '{run_id}', to_jsonb(t.run_id || n))`;
  await database.query(as('journal.events', `'data', ${data}`), [runId]);
  const checked = `now() + random() * ${LOOKED_AT_WITHIN}`;
  const task = `'task_id', t.task_id || n, 'idempotency_key', n, 'idle_checks', 20, 'next_check_at', ${checked}`;
  await database.query(as('registry.tasks', task), [runId]);
  await database.query('COMMIT');
  await database.query('ANALYZE');
}

function costsOfServices(pid: number): () => Promise<{ executor: number; router: number }> {
  const [[executor = 0], [router = 0]] = [pidsOf(pid, mainFile('executor')), pidsOf(pid, mainFile('router'))];
  const spent = (): number[] => [executor, router].map((of) => costsOf([of]).cpuSeconds);
  return async () => {
    await delay(5_000);
    const began = spent();
    await delay(LOOK_MS);
    const [ofExecutor = NaN, ofRouter = NaN] = spent().map(
      (seconds, index) => ((seconds - (began[index] ?? NaN)) * 1e6) / LOOK_MS,
    );
    return { executor: ofExecutor, router: ofRouter };
  };
}
