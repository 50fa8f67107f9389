import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SwitchyardBus, SwitchyardClient } from '@switchyard/client';
import { toValue, type RunEvent } from '@switchyard/contracts';
import type { PostgresServer } from '@switchyard/servers';
import { startSystem } from '../system.js';
import { measureSystem, STEPS, type SystemFigures } from './measure.js';
import { SCRIPTED_AGENT, scriptedAgent, scriptedBackend } from './scripted-backend.js';

const PATIENCE_MS = 120_000;
/** Runs at once in the fleet: more than any level has in flight. */
const CONCURRENCY = 512;

export interface SwitchyardOptions {
  postgres: Pick<PostgresServer, 'pid'>;
  databaseUrl: string;
  /** Each service in a process of its own. */
  separate: boolean;
  scale: number;
}

/** Runs of ten tool calls that each go over the bus to a tool host, asked for by a model that takes no time. */
export async function measureSwitchyard(options: SwitchyardOptions): Promise<SystemFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-durable-'));
  const system = await startSystem(dataDir, options.separate ? ['--separate'] : [], {
    DATABASE_URL: options.databaseUrl,
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${new URL('scripted-model.js', import.meta.url).href}`,
    SWITCHYARD_EXECUTOR_CONCURRENCY: String(CONCURRENCY),
    SWITCHYARD_TOOL_CONCURRENCY: String(CONCURRENCY),
  });
  try {
    const client = new SwitchyardClient({ url: system.gatewayUrl, apiKey: system.apiKey });
    await client.backends.apply(scriptedBackend(CONCURRENCY));
    await client.agents.apply(scriptedAgent);
    const bus = await SwitchyardBus.connect({ url: system.natsUrl });
    try {
      const runOne = oneRun(bus);
      return await measureSystem({ runOne, pids: () => [system.pid, options.postgres.pid], scale: options.scale });
    } finally {
      await bus.close();
    }
  } finally {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Publishes a task on the bus and hears of its end on the bus. */
function oneRun(bus: SwitchyardBus): (index: number) => Promise<void> {
  const waiting = new Map<string, (end: RunEvent) => void>();
  void (async () => {
    for await (const event of bus.events()) {
      const { case: type } = event.body;
      if (type === 'runCompleted' || type === 'runFailed') waiting.get(event.idempotencyKey)?.(event);
    }
  })();
  return async (index) => {
    const idempotencyKey = randomUUID();
    const ended = new Promise<RunEvent>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`run ${index} did not end in ${PATIENCE_MS} ms`)), PATIENCE_MS);
      waiting.set(idempotencyKey, (event) => {
        clearTimeout(timer);
        resolve(event);
      });
    });
    await bus.publishTask({ agent: SCRIPTED_AGENT, input: toValue(`Task ${index}`), idempotencyKey });
    const end = await ended;
    waiting.delete(idempotencyKey);
    if (end.body.case !== 'runCompleted' || end.body.value.toolCalls !== STEPS)
      throw new Error(`not the run that is measured: ${JSON.stringify(end.body.value)}`);
  };
}
