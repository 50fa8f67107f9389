import { setTimeout as delay } from 'node:timers/promises';
import { MemoryService, SwitchyardError } from '@switchyard/contracts';
import type { MeasuredSystem } from '../system.js';
import type { Seeded } from './generator/seeded.js';
import { startReplica, type Replica } from './replicas.js';

const { method } = MemoryService;
const EVENTS = 5_000;
/** Events that say the same: each is counted, no row is added. */
const STATEMENTS = 500;
/** Times that an event is delivered at most. */
const MAX_DELIVERIES = 4;
const CRASHES = 6;
const CONCURRENCY = 16;
const SCOPE = { tenant: 'redeliveries', user: 'ann' };
/** Nothing is embedded meanwhile. */
const ENV = { SWITCHYARD_EMBEDDER: 'none' };
const PAGE = 200;
const ATTEMPT_MS = 2_000;
const RETRY_MS = 50;

export interface RedeliveryFigures {
  /** Different things that came in, each with a key. */
  events: number;
  deliveries: number;
  crashes: number;
  /** What the memories count, together. */
  counted: number;
  rows: number;
  statements: number;
}

/** Delivers each event up to four times, to either of two replicas that are killed in between, and counts what came of it. */
export async function measureRedeliveries(
  system: MeasuredSystem,
  random: Seeded,
  scale: number,
): Promise<RedeliveryFigures> {
  const events = Math.ceil(EVENTS * scale);
  const statements = Math.min(events, STATEMENTS);
  const queue = random.some(deliveriesOf(events, random), Number.POSITIVE_INFINITY);
  const deliveries = queue.length;
  const one = await startReplica(system, 'bench-one', ENV);
  const other = await startReplica(system, 'bench-other', ENV);
  try {
    const crashAt = Array.from({ length: CRASHES }, (_, n) => Math.floor(((n + 1) * deliveries) / (CRASHES + 1)));
    const crashing: Promise<void>[] = [];
    const deliver = async (): Promise<void> => {
      for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
        // The next crash, once so many are still to come; the others go on meanwhile.
        if (crashAt.length > 0 && queue.length < (crashAt.at(-1) ?? 0)) {
          crashAt.pop();
          crashing.push((crashAt.length % 2 === 0 ? one : other).crash());
        }
        await untilDelivered(event, statements, random.chance(0.5) ? [one, other] : [other, one]);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, deliver));
    await Promise.all(crashing);
    return { events, deliveries, crashes: crashing.length, statements, ...(await countOf(one)) };
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
}

function deliveriesOf(events: number, random: Seeded): number[] {
  return Array.from({ length: events }, (_, event) =>
    Array<number>(1 + random.below(MAX_DELIVERIES)).fill(event),
  ).flat();
}

/** As a bus does: again and again, to whoever answers, until one says that it is done. */
async function untilDelivered(event: number, statements: number, replicas: readonly Replica[]): Promise<void> {
  const text = `The meter in room${event % statements} was read`;
  const episodes = [{ text, speaker: 'Ann', source: 'user', key: `event-${event}` }];
  for (let attempt = 0; ; attempt += 1) {
    const replica = replicas[attempt % replicas.length];
    const done = await replica?.rpc
      .call(method.recordEpisodes, { scope: SCOPE, conversation: 'meters', episodes }, { timeoutMs: ATTEMPT_MS })
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof SwitchyardError && error.retryable) return false;
          throw error;
        },
      );
    if (done) return;
    await delay(RETRY_MS);
  }
}

async function countOf({ rpc }: Replica): Promise<{ counted: number; rows: number }> {
  let [counted, rows, after] = [0, 0, ''];
  for (;;) {
    const { records } = await rpc.call(
      method.exportMemories,
      { scope: SCOPE, after, limit: PAGE },
      { timeoutMs: 60_000 },
    );
    counted += records.reduce((sum, { memory }) => sum + (memory?.count ?? 0), 0);
    rows += records.length;
    if (records.length === 0) return { counted, rows };
    after = records.at(-1)?.memory?.id ?? '';
  }
}
