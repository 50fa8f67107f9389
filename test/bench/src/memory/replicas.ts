import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connectBus, ensureStreams, RpcClient, type Bus } from '@switchyard/bus';
import { MemoryService, SwitchyardError } from '@switchyard/contracts';
import { mainFile, stopWithParent } from '@switchyard/platform';
import type { MeasuredSystem } from '../system.js';

/** A process of the memory service that answers alone under a name of its own, so that who is asked is known. */
export interface Replica {
  rpc: RpcClient;
  /** Ends the process without a word to it, and starts another; resolves once that one answers. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/** Another memory service over the database of a system. */
export async function startReplica(
  { natsUrl, databaseUrl }: MeasuredSystem,
  prefix: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Replica> {
  const bus = await connectBus({ servers: natsUrl, name: 'bench', prefix });
  await ensureStreams(bus);
  const rpc = new RpcClient(bus);
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['--import', stopWithParent, mainFile('memory')], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        NATS_URL: natsUrl,
        DATABASE_URL: databaseUrl,
        SWITCHYARD_PREFIX: prefix,
        SWITCHYARD_HEALTH_PORT: '0',
        SWITCHYARD_LOG_LEVEL: 'fatal',
        ...env,
      },
    });
    await answers(rpc, child);
    return child;
  };
  let child = await start();
  return {
    rpc,
    crash: async () => {
      await ended(child, 'SIGKILL');
      child = await start();
    },
    stop: async () => {
      await ended(child, 'SIGTERM');
      await forget(bus);
      await bus.close();
    },
  };
}

async function answers(rpc: RpcClient, child: ChildProcess): Promise<void> {
  const until = Date.now() + READY_MS;
  for (;;) {
    const there = await rpc.call(MemoryService.method.memoryStatus, { tenant: 'default' }).then(
      () => true,
      () => false,
    );
    if (there) return;
    if (child.exitCode !== null || Date.now() > until)
      throw new SwitchyardError(
        'bench.unavailable',
        'A replica of the memory service did not start. Its log says why.',
      );
    await delay(100);
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** Its streams are nobody else's. */
async function forget(bus: Bus): Promise<void> {
  const manager = await bus.js.jetstreamManager();
  for await (const name of manager.streams.names(`${bus.prefix}.>`)) await manager.streams.delete(name);
}
