import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectBus, ensureStreams, type Bus } from '@switchyard/bus';
import { newId, SwitchyardError } from '@switchyard/contracts';
import { Client } from 'pg';
import { costsOf } from '../../durable/process-costs.js';
import { spread } from '../../statistics.js';
import { startSystem, type MeasuredSystem } from '../../system.js';
import { startEvaluator, type EvaluatorProcess } from './evaluator-process.js';
import { EVENTS, TENANT } from './measured-run.js';
import { standInForRouter } from './stand-in-router.js';

export interface CompletionFigures {
  /** Completions a second that were published, as asked for and as it came out. */
  asked_per_s: number;
  published_per_s: number;
  /** Runs whose completion was published, outcomes that were recorded, and completions that were told twice. */
  runs: number;
  outcomes: number;
  lost: number;
  told_twice: number;
  /** From the publishing of a completion to its outcome, in ms, of those published until ten seconds before the crash. */
  lag_ms: { p50: number; p95: number };
  /** The longest: what the evaluator that was killed had in hand comes again when the ack wait (30 s) is over. */
  longest_lag_s: number;
  /** From the kill to the first outcome by the next process. */
  restart_s: number;
  /** From the kill until completions are recorded within a second again. */
  caught_up_s: number;
  /** A backlog of the events of as many runs, worked off as fast as it goes. */
  drained: number;
  drained_per_s: number;
  /** Processor time of a run while that goes on, all its events together: of the evaluator, of the stand-in for the router, and of all that has a part in it. */
  cpu_us: { evaluator: number; stand_in: number; all: number };
  /** Transactions of the database, and questions to the router, for each run of it. */
  transactions_per_run: number;
  questions_per_run: number;
}

const PER_SECOND = 500;
const SECONDS = 60;
/** One completion in so many is told twice: a bus may. */
const TWICE = 50;
/** Lag above it is a backlog. */
const IN_TIME_MS = 1_000;
/** What is published so shortly before the crash may be of those in hand. */
const BEFORE_CRASH_MS = 10_000;
const PATIENCE_MS = 180_000;
const BACKLOG = 20_000;
const TICK_MS = 10;

/**
 * Publishes what runs of one turn tell at a steady rate while the evaluator is killed and started again, and counts what it recorded; then lets it work
 * off a backlog. NATS, Postgres and the evaluator are real, each in its own process; for the router a stand-in answers.
 */
export async function measureCompletions(scale: number): Promise<CompletionFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-completions-'));
  const system = await startSystem(dataDir);
  const bus = await connectBus({ servers: system.natsUrl, name: 'bench', prefix: 'bench-completions' });
  const database = new Client({ connectionString: system.databaseUrl });
  await ensureStreams(bus);
  await database.connect();
  const router = standInForRouter(bus);
  try {
    // This database is the bench's own: the moment of a row's insertion, by the clock that publishing is timed by.
    await database.query(
      'ALTER TABLE evaluation.outcomes ADD COLUMN bench_at double precision DEFAULT extract(epoch FROM clock_timestamp()) * 1000',
    );
    return {
      ...(await measureSteady(system, bus, database, scale)),
      ...(await measureDrain(system, bus, database, { scale, asked: router.asked })),
    };
  } finally {
    router.stop();
    const manager = await bus.js.jetstreamManager();
    for await (const name of manager.streams.names(`${bus.prefix}.>`)) await manager.streams.delete(name);
    await bus.close();
    await database.end();
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

type DrainFigures = Pick<
  CompletionFigures,
  'drained' | 'drained_per_s' | 'cpu_us' | 'transactions_per_run' | 'questions_per_run'
>;
type SteadyFigures = Omit<CompletionFigures, keyof DrainFigures>;

async function measureSteady(
  system: MeasuredSystem,
  bus: Bus,
  database: Client,
  scale: number,
): Promise<SteadyFigures> {
  const runs = Math.ceil(PER_SECOND * SECONDS * scale);
  const published = new Map<string, number>();
  let evaluator = await startEvaluator(system, bus);
  let crashed: Promise<void> | undefined;
  let [toldTwice, killedAt] = [0, 0];
  const sending: Promise<unknown>[] = [];
  const began = Date.now();
  while (published.size < runs) {
    const due = Math.min(runs, Math.floor(((Date.now() - began) * PER_SECOND) / 1_000));
    while (published.size < due) {
      const runId = newId('run');
      published.set(runId, Date.now());
      const isTwice = published.size % TWICE === 0;
      if (isTwice) toldTwice += 1;
      sending.push(tell(bus, runId, isTwice ? 2 : 1));
    }
    if (crashed === undefined && published.size >= runs / 2) {
      killedAt = Date.now();
      crashed = evaluator.end('SIGKILL').then(async () => {
        evaluator = await startEvaluator(system, bus);
      });
    }
    await delay(TICK_MS);
  }
  await Promise.all(sending);
  const publishedMs = Date.now() - began;
  await crashed;
  await untilAll(database, runs);
  await evaluator.end('SIGTERM');
  const { rows } = await database.query<{ run_id: string; bench_at: number }>(
    'SELECT run_id, bench_at FROM evaluation.outcomes WHERE tenant = $1',
    [TENANT],
  );
  const lags = rows.map(({ run_id, bench_at }) => ({
    at: published.get(run_id) ?? 0,
    lag: bench_at - (published.get(run_id) ?? 0),
  }));
  const before = lags.filter(({ at }) => at < Math.max(killedAt - BEFORE_CRASH_MS, began + (killedAt - began) / 2));
  const { p50, p95 } = spread(before.map(({ lag }) => lag));
  const late = lags.filter(({ at, lag }) => at > killedAt && lag > IN_TIME_MS).map(({ at, lag }) => at + lag);
  const afterwards = rows.map(({ bench_at }) => bench_at).filter((at) => at > killedAt + 100);
  return {
    ...{ asked_per_s: PER_SECOND, published_per_s: runs / (publishedMs / 1_000), runs, outcomes: rows.length },
    ...{
      lost: runs - rows.filter(({ run_id }) => published.has(run_id)).length,
      told_twice: toldTwice,
      lag_ms: { p50, p95 },
    },
    longest_lag_s: lags.reduce((most, { lag }) => Math.max(most, lag), 0) / 1_000,
    caught_up_s: late.reduce((last, at) => Math.max(last, at - killedAt), 0) / 1_000,
    restart_s: (afterwards.reduce((first, at) => Math.min(first, at), Infinity) - killedAt) / 1_000,
  };
}

/** From the first outcome to the last, so that the start of the process has no part in it. */
async function measureDrain(
  system: MeasuredSystem,
  bus: Bus,
  database: Client,
  { scale, asked }: { scale: number; asked: () => number },
): Promise<DrainFigures> {
  const runs = Math.ceil(BACKLOG * scale);
  await database.query('DELETE FROM evaluation.outcomes WHERE tenant = $1', [TENANT]);
  for (let sent = 0; sent < runs; sent += 100)
    await Promise.all(Array.from({ length: Math.min(100, runs - sent) }, () => tell(bus, newId('run'), 1)));
  const evaluator: EvaluatorProcess = await startEvaluator(system, bus);
  // What starting takes is over by now, and counts for nothing.
  const used = async () => {
    const stand_in = Object.values(process.cpuUsage()).reduce((sum, us) => sum + us, 0) / 1e6;
    const [own, all] = [evaluator.cpuSeconds(), costsOf([process.pid]).cpuSeconds];
    return { evaluator: own, stand_in, all, transactions: await transactions(database), questions: asked() };
  };
  const [before, usedBefore] = [await recorded(database), await used()];
  await untilAll(database, runs);
  const usedAfter = await used();
  await evaluator.end('SIGTERM');
  const { rows } = await database.query<{ span_ms: number }>(
    'SELECT max(bench_at) - min(bench_at) AS span_ms FROM evaluation.outcomes WHERE tenant = $1',
    [TENANT],
  );
  const each = (of: keyof typeof usedAfter) => (usedAfter[of] - usedBefore[of]) / (runs - before);
  const spanSeconds = (rows[0]?.span_ms ?? Number.NaN) / 1_000;
  return {
    ...{ drained: runs, drained_per_s: runs / spanSeconds },
    cpu_us: { evaluator: each('evaluator') * 1e6, stand_in: each('stand_in') * 1e6, all: each('all') * 1e6 },
    ...{ transactions_per_run: each('transactions'), questions_per_run: each('questions') },
  };
}

/** Of the whole database, and a little late: each server process tells of its own once a second. */
async function transactions(database: Client): Promise<number> {
  const { rows } = await database.query<{ n: number }>(
    'SELECT (xact_commit + xact_rollback)::float8 AS n FROM pg_stat_database WHERE datname = current_database()',
  );
  return rows[0]?.n ?? Number.NaN;
}

/** The end may be told more than once. @throws SwitchyardError `bus.…` where it did not arrive */
async function tell(bus: Bus, runId: string, times: number): Promise<void> {
  const endedMs = Date.now();
  const messages = EVENTS.map(({ type, seq, text }) => ({
    subject: bus.subjects.event(TENANT, runId, type),
    body: text(runId, endedMs - 2_000, endedMs),
    msgId: `${runId}:${seq}`,
  }));
  const again = messages.slice(-1).flatMap((last) =>
    // With the same id the stream would not take it.
    Array.from({ length: times - 1 }, (_, time) => ({ ...last, msgId: `${last.msgId}:${time}` })),
  );
  for (const told of await bus.publishTogether([...messages, ...again]))
    if (told.status === 'rejected') throw told.reason;
}

/** @throws SwitchyardError `bench.lost` where outcomes are missing after minutes, longer than anything is waited for */
async function untilAll(database: Client, runs: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const outcomes = await recorded(database);
    if (outcomes >= runs) return;
    if (Date.now() > until)
      throw new SwitchyardError(
        'bench.lost',
        `Of ${runs} completions ${runs - outcomes} have no outcome after ${PATIENCE_MS / 1_000} s.`,
      );
    await delay(250);
  }
}

async function recorded(database: Client): Promise<number> {
  const { rows } = await database.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM evaluation.outcomes WHERE tenant = $1',
    [TENANT],
  );
  return rows[0]?.n ?? 0;
}
