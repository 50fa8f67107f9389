import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SwitchyardBus, SwitchyardClient } from '@switchyard/client';
import { toValue, type RunEvent } from '@switchyard/contracts';
import { startSystem, type MeasuredSystem } from '../system.js';
import { STEPS } from './measure.js';
import { NO_OP, SCRIPTED_AGENT, scriptedAgent, scriptedBackend, type ScriptedCall } from './scripted-backend.js';

const PATIENCE_MS = 600_000;

export interface ScriptedOptions {
  /** A database that is there; one of the system's own where absent. */
  databaseUrl?: string;
  /** Each service in a process of its own. */
  separate: boolean;
  /** Tool calls of a run; `STEPS` where absent. */
  steps?: number;
  /** What the model calls; a tool that does nothing where absent. */
  call?: ScriptedCall;
  /** How long the model takes for a turn. Default 0. */
  thinkMs?: number;
  /** Runs at once in the fleet, and in each executor. Default 512: more than any level has in flight. */
  concurrency?: number;
  env?: Readonly<Record<string, string>>;
}

/** A system whose model is scripted, and its client on the bus. */
export interface ScriptedSystem {
  system: MeasuredSystem;
  client: SwitchyardClient;
  bus: SwitchyardBus;
  /** The environment of its services, for more of them. */
  env: Readonly<Record<string, string>>;
  /** Publishes a task on the bus and resolves when its end is heard there. @throws where it is not the run that is measured */
  runOne(index: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startScripted(options: ScriptedOptions): Promise<ScriptedSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-durable-'));
  const { concurrency = 512, steps = STEPS, thinkMs = 0, call = NO_OP } = options;
  const env = {
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${new URL('scripted-model.js', import.meta.url).href}`,
    BENCH_STEPS: String(steps),
    BENCH_THINK_MS: String(thinkMs),
    BENCH_CALL: JSON.stringify(call),
    SWITCHYARD_EXECUTOR_CONCURRENCY: String(concurrency),
    SWITCHYARD_TOOL_CONCURRENCY: '512',
    ...options.env,
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
  };
  const system = await startSystem(dataDir, options.separate ? ['--separate'] : [], env);
  const stop = async (): Promise<void> => {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const client = new SwitchyardClient({ url: system.gatewayUrl, apiKey: system.apiKey });
    await client.backends.apply(scriptedBackend(Math.max(512, concurrency)));
    await client.agents.apply(scriptedAgent(steps, call.tool));
    const bus = await SwitchyardBus.connect({ url: system.natsUrl });
    const ended = endsOf(bus);
    return {
      system,
      client,
      bus,
      env: { ...env, NATS_URL: system.natsUrl, DATABASE_URL: system.databaseUrl },
      runOne: async (index) => {
        const idempotencyKey = randomUUID();
        const end = ended(idempotencyKey);
        await bus.publishTask({ agent: SCRIPTED_AGENT, input: toValue(`Task ${index}`), idempotencyKey });
        const { body } = await end;
        if (body.case !== 'runCompleted' || body.value.toolCalls !== steps)
          throw new Error(`not the run that is measured: ${JSON.stringify(body.value)}`);
      },
      stop: async () => {
        await bus.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Hears of the ends of runs, by the keys of their tasks. */
function endsOf(bus: SwitchyardBus): (idempotencyKey: string) => Promise<RunEvent> {
  const waiting = new Map<string, (end: RunEvent) => void>();
  void (async () => {
    for await (const event of bus.events()) {
      const { case: type } = event.body;
      if (type === 'runCompleted' || type === 'runFailed') waiting.get(event.idempotencyKey)?.(event);
    }
  })();
  return (key) =>
    new Promise<RunEvent>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`a run did not end in ${PATIENCE_MS} ms`)), PATIENCE_MS);
      waiting.set(key, (event) => {
        clearTimeout(timer);
        waiting.delete(key);
        resolve(event);
      });
    });
}
