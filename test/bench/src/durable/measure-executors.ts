import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { mainFile, stopWithParent, YOUNG_GENERATION } from '@switchyard/platform';
import { measureParked, type ParkedFigures } from './measure-parked.js';
import { atOnce } from './measure.js';
import { pidsOf, residentBytes } from './process-costs.js';
import { SCRIPTED_AGENT } from './scripted-backend.js';
import { startScripted, type ScriptedSystem } from './scripted-system.js';

export interface ExecutorFigures extends ParkedFigures {
  /** Runs that one executor has in hand at once while their model thinks. */
  waiting_runs: number;
  /** What each of them adds to the executor's resident memory, in KiB. */
  waiting_kib_a_run: number;
  /** One run of a thousand steps: ms a step, median around its 10th and its 1,000th. */
  ms_step_10: number;
  ms_step_1000: number;
  /** From the kill of an executor to the next step of a run that it had in hand, in seconds; the ack wait is in it. */
  crash_to_step_s: number;
  /** From the start of the process of an executor to the first step that it journals, in seconds. */
  start_to_step_s: number;
  /** Runs a second against a model that thinks for a second, each executor with 32 runs in hand. */
  runs_per_s: { executors: number; runs_per_s: number }[];
}

/** What executors hold, keep and take over. Each part on a system of its own, each service in its own process. */
export async function measureExecutors(scale: number): Promise<ExecutorFigures> {
  const waiting = await measureWaiting(Math.ceil(10_000 * scale));
  const long = await measureLongRun();
  const crash = await measureCrash();
  const parked = await measureParked(Math.ceil(100_000 * scale));
  return { ...waiting, ...long, ...crash, ...parked, runs_per_s: await measureScaling(scale) };
}

/** The first turn of each takes so long that all are in hand before the first is over. */
async function measureWaiting(runs: number): Promise<Pick<ExecutorFigures, 'waiting_runs' | 'waiting_kib_a_run'>> {
  const thinkMs = 20_000 + runs * 12;
  const env = { SWITCHYARD_MODEL_FIRST_BYTE_MS: String(2 * thinkMs) };
  const scripted = await startScripted({ separate: true, steps: 0, thinkMs, concurrency: 10_000, env });
  try {
    const [executor = 0] = pidsOf(scripted.system.pid, mainFile('executor'));
    const before = residentBytes(executor);
    let most = 0;
    const all = atOnce(runs, runs, scripted.runOne);
    const watch = setInterval(() => (most = Math.max(most, residentBytes(executor))), 500);
    const inHand = await untilAllAreInHand(scripted, runs);
    // What is in memory then, with all that was garbage on the way.
    const held = residentBytes(executor);
    await all;
    clearInterval(watch);
    return { waiting_runs: inHand, waiting_kib_a_run: (Math.max(held, most) - before) / inHand / 1_024 };
  } finally {
    await scripted.stop();
  }
}

async function untilAllAreInHand({ system }: ScriptedSystem, runs: number): Promise<number> {
  const { host, username, password } = new URL(system.natsUrl);
  const nc = await connect({ servers: host, user: username, pass: password });
  try {
    const manager = await jetstreamManager(nc);
    for (let most = 0; ;) {
      const { num_ack_pending } = await manager.consumers.info('EXEC', 'exec-scripted');
      if (num_ack_pending >= runs || num_ack_pending < most) return Math.max(most, num_ack_pending);
      most = num_ack_pending;
      await delay(250);
    }
  } finally {
    await nc.close();
  }
}

async function measureLongRun(): Promise<Pick<ExecutorFigures, 'ms_step_10' | 'ms_step_1000'>> {
  const steps = 1_005;
  const scripted = await startScripted({ separate: false, steps });
  try {
    const times: number[] = [];
    void (async () => {
      for await (const event of scripted.bus.events())
        if (event.body.case === 'modelTurnCompleted') times.push(performance.now());
    })();
    // The process is warm when the run begins that is measured.
    await scripted.runOne(0);
    times.length = 0;
    await scripted.runOne(1);
    const around = (step: number): number => {
      const spans = Array.from(
        { length: 10 },
        (_, index) => (times[step - 4 + index] ?? NaN) - (times[step - 5 + index] ?? NaN),
      );
      return spans.sort((a, b) => a - b)[5] ?? NaN;
    };
    return { ms_step_10: around(10), ms_step_1000: around(1_000) };
  } finally {
    await scripted.stop();
  }
}

/** `up` starts an executor that was killed again; what it had in hand comes back when the ack wait is over. */
async function measureCrash(): Promise<Pick<ExecutorFigures, 'crash_to_step_s' | 'start_to_step_s'>> {
  const scripted = await startScripted({ separate: true, thinkMs: 500 });
  try {
    await scripted.runOne(0);
    const [executor = 0] = pidsOf(scripted.system.pid, mainFile('executor'));
    const { runId: held } = await scripted.client.tasks.submit({ agent: SCRIPTED_AGENT, input: 'Task' });
    await stepOf(scripted, held);
    process.kill(executor, 'SIGKILL');
    const killed = performance.now();
    const anew = await scripted.client.tasks.submit({ agent: SCRIPTED_AGENT, input: 'Task' });
    const [first, again] = await Promise.all([anew.runId, held].map((runId) => stepOf(scripted, runId, killed)));
    return { crash_to_step_s: again ?? NaN, start_to_step_s: first ?? NaN };
  } finally {
    await scripted.stop();
  }
}

/** Seconds until the run's next step is heard of. */
async function stepOf({ bus }: ScriptedSystem, runId: string, since = performance.now()): Promise<number> {
  for await (const event of bus.events({ runId }))
    if (event.body.case === 'modelTurnCompleted') return (performance.now() - since) / 1_000;
  throw new Error(`the events of ${runId} ended`);
}

async function measureScaling(scale: number): Promise<ExecutorFigures['runs_per_s']> {
  const figures: ExecutorFigures['runs_per_s'] = [];
  for (const executors of [1, 2, 4]) {
    const env = { SWITCHYARD_EXECUTOR_CONCURRENCY: '32' };
    const scripted = await startScripted({ separate: true, steps: 1, thinkMs: 1_000, env });
    const more = Array.from({ length: executors - 1 }, () => startExecutor(scripted));
    try {
      const inFlight = executors * 32;
      await atOnce(inFlight, inFlight * 2, scripted.runOne);
      const runs = Math.max(inFlight * 4, Math.ceil(inFlight * 10 * scale));
      const began = performance.now();
      await atOnce(inFlight, runs, scripted.runOne);
      figures.push({ executors, runs_per_s: runs / ((performance.now() - began) / 1_000) });
    } finally {
      await Promise.all(more.map(stopped));
      await scripted.stop();
    }
  }
  return figures;
}

function startExecutor({ env }: ScriptedSystem): ChildProcess {
  return spawn(process.execPath, [YOUNG_GENERATION, '--import', stopWithParent, mainFile('executor')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env, SWITCHYARD_HEALTH_PORT: '0', SWITCHYARD_LOG_LEVEL: 'warn' },
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
