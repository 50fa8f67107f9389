import { MemoryService } from '@switchyard/contracts';
import { spread, type Spread } from '../statistics.js';
import type { MeasuredSystem } from '../system.js';
import { startReplica, type Replica } from './replicas.js';

const { method } = MemoryService;
const WRITES = 1_000;
const PATIENCE = { timeoutMs: 60_000 };

export interface ReadYourWritesFigures {
  writes: number;
  /** Writes that the next call, to the other replica, did not find. */
  misses: number;
  /** A write and the recall that finds it, in ms. */
  pair: Spread;
}

/** Writes through one replica and recalls through the other at once, in turns: what was said, and what is to be remembered. */
export async function measureReadYourWrites(system: MeasuredSystem, scale: number): Promise<ReadYourWritesFigures> {
  const replicas = [await startReplica(system, 'bench-one'), await startReplica(system, 'bench-other')] as const;
  try {
    const [one, other] = replicas;
    const writes = Math.ceil(WRITES * scale);
    const times: number[] = [];
    let misses = 0;
    for (let n = 0; n < writes; n += 1) {
      const [writer, reader] = n % 2 === 0 ? [one, other] : [other, one];
      const began = performance.now();
      if (!(await isFound(n, writer, reader))) misses += 1;
      times.push(performance.now() - began);
    }
    return { writes, misses, pair: spread(times) };
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
}

async function isFound(n: number, writer: Replica, reader: Replica): Promise<boolean> {
  const scope = { tenant: 'read-your-writes', user: `u${n % 10}` };
  const text = `The locker number${n} opens with the code ${n * 7_919}`;
  const id =
    n % 4 < 2
      ? await said(writer, scope, text, n)
      : (await writer.rpc.call(method.remember, { scope, text }, PATIENCE)).id;
  const query = `Which code opens locker number${n}?`;
  const { memories } = await reader.rpc.call(method.recall, { scope, query }, PATIENCE);
  return memories.some(({ memory }) => memory?.id === id);
}

async function said(
  writer: Replica,
  scope: { tenant: string; user: string },
  text: string,
  position: number,
): Promise<string> {
  const request = { scope, conversation: 'lockers', episodes: [{ text, speaker: 'Ida', source: 'user', position }] };
  const { ids } = await writer.rpc.call(method.recordEpisodes, request, PATIENCE);
  return ids[0] ?? '';
}
