import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventTypeOf, SwitchyardBus } from '@switchyard/client';
import { toValue, type RunEvent } from '@switchyard/contracts';
import type { MeasuredSystem } from './system.js';

export interface RunFigures {
  /** From publish to RunCompleted, each run alone, in ms: the first ones after a start. */
  firstMs: number[];
  /** The same once the process has compiled what it runs often. */
  aloneMs: number[];
  /** Runs a second with `inFlight` of them at once. */
  runsPerSecond: number;
  inFlight: number;
}

const PATIENCE_MS = 30_000;
const SETTLE_MS = 5_000;

/** Two model turns and one tool call on the simulator, published on the bus and heard of on the bus. */
export async function measureRuns(
  system: MeasuredSystem,
  counts: { first: number; warmUp: number; alone: number; together: number; inFlight: number },
): Promise<RunFigures> {
  const bus = await SwitchyardBus.connect({ url: system.natsUrl });
  const waiting = new Map<string, (end: RunEvent) => void>();
  // One subscription for all; it goes ahead of the first task on the same connection.
  void (async () => {
    for await (const event of bus.events()) {
      if (event.body.case === 'runCompleted' || event.body.case === 'runFailed')
        waiting.get(event.idempotencyKey)?.(event);
    }
  })();
  try {
    const runOne = async (index: number) => {
      const idempotencyKey = randomUUID();
      const ended = new Promise<RunEvent>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`run ${index} did not end in ${PATIENCE_MS} ms`)), PATIENCE_MS);
        waiting.set(idempotencyKey, (event) => {
          clearTimeout(timer);
          resolve(event);
        });
      });
      const begun = performance.now();
      const published = bus.publishTask({
        agent: 'assistant',
        input: toValue(`What is ${index} * 3?`),
        idempotencyKey,
      });
      const [end] = await Promise.all([ended, published]);
      waiting.delete(idempotencyKey);
      const tookMs = performance.now() - begun;
      if (end.body.case !== 'runCompleted' || end.body.value.toolCalls !== 1 || end.body.value.turns !== 2) {
        throw new Error(`not the run that is measured: ${eventTypeOf(end)} ${JSON.stringify(end.body.value)}`);
      }
      return tookMs;
    };
    const oneByOne = async (count: number) => {
      const tookMs: number[] = [];
      for (let index = 0; index < count; index++) tookMs.push(await runOne(index));
      return tookMs;
    };
    const sideBySide = async (count: number) => {
      const begun = performance.now();
      let next = 0;
      const worker = async () => {
        while (next < count) await runOne(next++);
      };
      await Promise.all(Array.from({ length: counts.inFlight }, worker));
      return count / ((performance.now() - begun) / 1_000);
    };
    const firstMs = await oneByOne(counts.first);
    await sideBySide(counts.warmUp);
    // What follows a run (its outcome, its place in its thread) may lag behind so many of them.
    await delay(SETTLE_MS);
    const aloneMs = await oneByOne(counts.alone);
    const runsPerSecond = await sideBySide(counts.together);
    return { firstMs, aloneMs, runsPerSecond, inFlight: counts.inFlight };
  } finally {
    await bus.close();
  }
}
