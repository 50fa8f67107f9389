import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { measureFirstToken } from './measure-first-token.js';
import { measureReading, type ReadingFigures } from './measure-reading.js';
import { measureRuns } from './measure-runs.js';
import { spread } from './statistics.js';
import { startSystem } from './system.js';

/** Time without work before memory is read. */
const IDLE_MS = 3_000;

/** What a newcomer meets: the start, a run, the first token, and what reading answers costs. */
export async function benchFoundation({ json, scale }: { json: boolean; scale: number }): Promise<void> {
  const say = (line: string) => {
    if (!json) console.log(line);
  };

  say('Reading text in every dialect at once …');
  const reading = measureReading(8 * scale);

  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  try {
    say('First start, with an empty data folder …');
    const cold = await startSystem(dataDir);
    await cold.stop();
    const readyMs: number[] = [];
    for (let round = 0; round < 2; round++) {
      const again = await startSystem(dataDir);
      readyMs.push(again.readyMs);
      await again.stop();
    }
    say('Warm start …');
    const system = await startSystem(dataDir);
    try {
      readyMs.push(system.readyMs);
      await delay(IDLE_MS);
      const residentMegabytes = system.residentBytes() / 1024 ** 2;
      say('Runs of two model turns and one tool call …');
      const runs = await measureRuns(system, {
        first: 30,
        warmUp: 2_500 * scale,
        alone: 300 * scale,
        together: 600 * scale,
        inFlight: 32,
      });
      say('First token through the gateway …');
      const firstToken = await measureFirstToken(system, 50 * scale);
      report(json, {
        first_start_ms: cold.readyMs,
        warm_start_ms: spread(readyMs),
        resident_mb_idle: residentMegabytes,
        first_runs_ms: spread(runs.firstMs),
        run_ms: spread(runs.aloneMs),
        runs_per_second_32_in_flight: runs.runsPerSecond,
        first_token_ms: spread(firstToken),
        reading,
      });
    } finally {
      await system.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Report {
  first_start_ms: number;
  warm_start_ms: ReturnType<typeof spread>;
  resident_mb_idle: number;
  first_runs_ms: ReturnType<typeof spread>;
  run_ms: ReturnType<typeof spread>;
  runs_per_second_32_in_flight: number;
  first_token_ms: ReturnType<typeof spread>;
  reading: ReadingFigures;
}

function report(json: boolean, figures: Report): void {
  if (json) {
    console.log(JSON.stringify({ foundation: figures }));
    return;
  }
  const rows: [string, string, string][] = [
    ['Ready, first start on an empty data folder', `${(figures.first_start_ms / 1_000).toFixed(2)} s`, ''],
    [
      'Ready, warm',
      `${(figures.warm_start_ms.p50 / 1_000).toFixed(2)} s p50 of ${figures.warm_start_ms.count}`,
      '≤ 6 s',
    ],
    ['Resident memory of the all-in-one process, idle', `${figures.resident_mb_idle.toFixed(0)} MB`, '≤ 350 MB'],
    [
      'A run of two turns and a tool call, publish to RunCompleted',
      `${figures.run_ms.p50.toFixed(1)} ms p50, ${figures.run_ms.p95.toFixed(1)} ms p95`,
      '≤ 25 ms p50',
    ],
    [
      'The same, the first runs after a start',
      `${figures.first_runs_ms.p50.toFixed(1)} ms p50, ${figures.first_runs_ms.p95.toFixed(1)} ms p95`,
      '',
    ],
    ['Such runs a second, 32 in flight', figures.runs_per_second_32_in_flight.toFixed(0), ''],
    [
      'First token, from the backend to the client of the gateway',
      `${figures.first_token_ms.p50.toFixed(1)} ms p50, ${figures.first_token_ms.p95.toFixed(1)} ms p95`,
      '≤ 5 ms',
    ],
    [
      'Text read by the dialect `auto`, in pieces of 4 KiB',
      `${figures.reading.megabytes_per_second.toFixed(0)} MB/s`,
      '≥ 100 MB/s',
    ],
    [
      'The same text and calls in pieces of four characters, a piece',
      `${figures.reading.piece_p99_us.toFixed(1)} µs p99`,
      '< 20 µs',
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  console.log('');
  for (const [name, value, aim] of rows)
    console.log(`${name.padEnd(width)}  ${value.padEnd(valueWidth)}  ${aim && `aim ${aim}`}`.trimEnd());
}
