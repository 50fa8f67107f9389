import type { DurableFigures } from './index.js';
import type { ExecutorFigures } from './measure-executors.js';
import type { SystemFigures } from './measure.js';

/** Steps a second of Switchyard, as multiples of a peer's, that are aimed at. */
const AIMS = { restate: 2.5, dbos: 5, langgraph: 10 } as const;

/** A table for people, or one line of JSON. */
export function reportDurable(figures: DurableFigures, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(figures));
    return;
  }
  const { floor, executors, ...systems } = figures;
  const rows: string[][] = [
    ['system', 'in flight', 'steps/s', 'run p50 ms', 'run p99 ms', 'CPU s/1,000 steps', 'bytes written/step'],
  ];
  for (const [name, system] of Object.entries(systems))
    for (const level of system.levels) {
      const costs = [level.cpu_s_per_1000_steps.toFixed(2), level.bytes_written_per_step.toFixed(0)];
      const times = [level.p50_ms.toFixed(1), level.p99_ms.toFixed(1)];
      rows.push([name, String(level.in_flight), level.steps_per_s.toFixed(0), ...times, ...costs]);
    }
  for (const level of floor?.levels ?? [])
    rows.push(['floor (Postgres rows)', String(level.in_flight), level.rows_per_s.toFixed(0), '', '', '', '']);
  console.log(`\n${table(rows)}\n`);
  for (const line of comparison(systems)) console.log(line);
  if (executors) for (const line of ofExecutors(executors)) console.log(line);
  if (floor)
    console.log(
      `NATS alone: ${floor.nats_published_per_s.toFixed(0)} publications/s acknowledged, ${floor.nats_request_ms.toFixed(2)} ms a request.`,
    );
}

function ofExecutors(figures: ExecutorFigures): string[] {
  const scaling = figures.runs_per_s.map(({ executors, runs_per_s }) => `${runs_per_s.toFixed(0)} with ${executors}`);
  const [ofExecutor, ofRouter] = [figures.executor_cpu, figures.router_cpu].map((cpu) =>
    cpu.map((ms) => ms.toFixed(1)).join(' and '),
  );
  return [
    `${figures.parked_runs} parked runs, ms of processor time a second without and with them: an executor ${ofExecutor}, the router ${ofRouter}.`,
    `${figures.waiting_runs} runs that wait for a model in one executor: ${figures.waiting_kib_a_run.toFixed(1)} KiB a run (aim 40).`,
    `A run of a thousand steps: ${figures.ms_step_10.toFixed(1)} ms for its 10th step, ${figures.ms_step_1000.toFixed(1)} ms for its 1,000th.`,
    `A killed executor: ${figures.start_to_step_s.toFixed(1)} s to the first step of a new run, ${figures.crash_to_step_s.toFixed(1)} s to the next step of a run that it had in hand.`,
    `Runs a second against a model of 1 s a turn, executors of 32 runs: ${scaling.join(', ')}.`,
  ];
}

function comparison(systems: Partial<Record<string, SystemFigures>>): string[] {
  const own = systems['switchyard'];
  if (!own) return [];
  const lines = [`A step of a run alone: ${own.ms_a_step_alone.toFixed(2)} ms (aim 1.5).`];
  for (const [name, aim] of Object.entries(AIMS)) {
    const peer = systems[name];
    if (peer)
      lines.push(
        `Steps/s at 32 in flight: ${(own.steps_per_s / peer.steps_per_s).toFixed(2)} × ${name} (aim ${aim}); alone it takes ${peer.ms_a_step_alone.toFixed(2)} ms a step.`,
      );
  }
  return lines;
}

function table(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
