import { costsOf } from './process-costs.js';

/** Steps of one run, everywhere in this benchmark. */
export const STEPS = 10;

export interface LevelFigures {
  in_flight: number;
  runs: number;
  steps_per_s: number;
  /** Of a whole run, in ms. */
  p50_ms: number;
  p99_ms: number;
  /** Over all processes that take part: client, servers, database. */
  cpu_s_per_1000_steps: number;
  bytes_written_per_step: number;
}

export interface SystemFigures {
  /** At 32 in flight. */
  steps_per_s: number;
  /** One run alone, its time divided by its steps. */
  ms_a_step_alone: number;
  levels: LevelFigures[];
}

export interface MeasureOptions {
  /** Does one durable run of `STEPS` steps, and resolves at its end. */
  runOne: (index: number) => Promise<void>;
  /** Processes besides this one whose costs count. */
  pids: () => readonly number[];
  /** Times the usual number of runs. */
  scale: number;
  /** A run that is there to warm up does not count; how many of them. */
  warmUp?: number;
}

/** How many runs a level has at scale 1. */
const LEVELS = [
  { inFlight: 1, runs: 60 },
  { inFlight: 32, runs: 1_200 },
  { inFlight: 256, runs: 2_400 },
] as const;

/** The same three levels for every system, one after the other, after a warm-up at 32 in flight. */
export async function measureSystem(options: MeasureOptions): Promise<SystemFigures> {
  await atOnce(32, Math.ceil((options.warmUp ?? 300) * options.scale), options.runOne);
  const levels: LevelFigures[] = [];
  for (const { inFlight, runs } of LEVELS) {
    levels.push(await measureLevel(inFlight, Math.max(inFlight * 2, Math.ceil(runs * options.scale)), options));
  }
  const alone = levels.find(({ in_flight }) => in_flight === 1);
  const many = levels.find(({ in_flight }) => in_flight === 32);
  return { steps_per_s: many?.steps_per_s ?? NaN, ms_a_step_alone: (alone?.p50_ms ?? NaN) / STEPS, levels };
}

async function measureLevel(inFlight: number, runs: number, { runOne, pids }: MeasureOptions): Promise<LevelFigures> {
  const counted = [process.pid, ...pids()];
  const before = costsOf(counted);
  const began = performance.now();
  const times = await atOnce(inFlight, runs, runOne);
  const seconds = (performance.now() - began) / 1_000;
  const after = costsOf(counted);
  const steps = runs * STEPS;
  return {
    in_flight: inFlight,
    runs,
    steps_per_s: steps / seconds,
    p50_ms: quantile(times, 0.5),
    p99_ms: quantile(times, 0.99),
    cpu_s_per_1000_steps: ((after.cpuSeconds - before.cpuSeconds) / steps) * 1_000,
    bytes_written_per_step: (after.writtenBytes - before.writtenBytes) / steps,
  };
}

/** Keeps so many runs in flight until all are done; gives each one's time in ms. */
export async function atOnce(
  inFlight: number,
  runs: number,
  runOne: (index: number) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < runs) {
      const began = performance.now();
      await runOne(next++);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, runs) }, worker));
  return times;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
