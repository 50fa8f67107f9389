import { randomUUID } from 'node:crypto';
import { SwitchyardBus } from '@switchyard/client';
import { toValue } from '@switchyard/contracts';
import type { MeasuredSystem } from './system.js';

export interface RunFigures {
  /** From publish to RunCompleted, each run alone, in ms. */
  aloneMs: number[];
  /** Runs a second with `inFlight` of them at once. */
  runsPerSecond: number;
  inFlight: number;
}

/** Two model turns and one tool call on the simulator, published on the bus and awaited on the bus. */
export async function measureRuns(
  system: MeasuredSystem,
  counts: { warmUp: number; alone: number; together: number; inFlight: number },
): Promise<RunFigures> {
  const bus = await SwitchyardBus.connect({ url: system.natsUrl });
  try {
    const runOne = async (index: number) => {
      const task = { agent: 'assistant', input: toValue(`What is ${index} * 3?`), idempotencyKey: randomUUID() };
      const begun = performance.now();
      const end = await bus.runTask(task, { timeoutMs: 30_000 });
      if (end.body.case !== 'runCompleted' || end.body.value.toolCalls !== 1 || end.body.value.turns !== 2) {
        throw new Error(`not the run that is measured: ${JSON.stringify(end.body.value)}`);
      }
      return performance.now() - begun;
    };
    for (let index = 0; index < counts.warmUp; index++) await runOne(index);
    const aloneMs: number[] = [];
    for (let index = 0; index < counts.alone; index++) aloneMs.push(await runOne(index));

    const begun = performance.now();
    let next = 0;
    const worker = async () => {
      while (next < counts.together) await runOne(next++);
    };
    await Promise.all(Array.from({ length: counts.inFlight }, worker));
    const runsPerSecond = counts.together / ((performance.now() - begun) / 1_000);
    return { aloneMs, runsPerSecond, inFlight: counts.inFlight };
  } finally {
    await bus.close();
  }
}
