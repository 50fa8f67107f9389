import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { SwitchyardError } from '@switchyard/contracts';
import type { Hit, MemoryUnderTest } from './memory-under-test.js';

const PREFIX = 'switchyard';
const PATIENCE_MS = 60_000;
/** Episodes of one request; the contract takes 256. */
const BATCH = 100;

interface StoredMemory {
  id: string;
  text?: string;
  count?: number;
  evidence?: string[];
}

/** The memory service over its RPC, as agents ask it. */
export async function rpcMemory(natsUrl: string): Promise<MemoryUnderTest> {
  const { host: servers, username: user, password: pass } = new URL(natsUrl);
  const nc = await connect({ servers, user, pass });
  const ask = async <T>(method: string, body: object): Promise<T> => {
    const reply = await nc.request(`${PREFIX}.rpc.memory.${method}`, JSON.stringify(body), { timeout: PATIENCE_MS });
    const code = reply.headers?.get('Nats-Service-Error-Code');
    if (code) throw new SwitchyardError(code, `The memory did not ${method}: ${reply.string()}`);
    return reply.json<T>();
  };
  return {
    async recordEpisodes(scope, conversation, turns) {
      const all: string[] = [];
      for (let from = 0; from < turns.length; from += BATCH) {
        const episodes = turns.slice(from, from + BATCH).map(({ text, speaker, occurredAt, source }, index) => ({
          text,
          speaker,
          position: from + index,
          // Who has a name is a person.
          source: source ?? (speaker === 'assistant' ? 'agent' : 'user'),
          occurred_at: occurredAt.toISOString(),
        }));
        const { ids = [] } = await ask<{ ids?: string[] }>('record_episodes', { scope, conversation, episodes });
        all.push(...ids);
      }
      return all;
    },
    async remember(scope, text) {
      const { id, count = 1 } = await ask<StoredMemory>('remember', { scope, text });
      return { id, count };
    },
    async recall(scope, query, limit, asOf) {
      const moment = asOf ? { as_of: asOf.toISOString() } : {};
      const { memories = [] } = await ask<{ memories?: { memory: StoredMemory; duplicates?: string[] }[] }>('recall', {
        scope,
        query,
        limit,
        ...moment,
      });
      return memories.map(({ memory, duplicates = [] }): Hit => ({
        id: memory.id,
        text: memory.text ?? '',
        standsFor: [memory.id, ...(memory.evidence ?? []), ...duplicates],
      }));
    },
    async correct(tenant, id, text) {
      await ask('correct', { tenant, id, text });
    },
    async retract(tenant, ids) {
      await ask('retract', { tenant, ids });
    },
    async ready() {
      for (;;) {
        const { pending = 0, failing = '' } = await ask<{ pending?: number; failing?: string }>('memory_status', {
          tenant: 'default',
        });
        if (failing) throw new SwitchyardError('bench.unavailable', `Vectors are not made: ${failing}`);
        if (pending === 0) return;
        await delay(250);
      }
    },
    close: () => nc.close(),
  };
}
