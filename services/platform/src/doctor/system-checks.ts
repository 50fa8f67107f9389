import { connectBus, RpcClient, WORK_KINDS, type Bus } from '@switchyard/bus';
import { RouterService, timestampMs, type Backend, type DeadLetter } from '@switchyard/contracts';
import { schemaDrift } from '@switchyard/persistence';
import { connectionFile, type Connection } from '../connection-file.js';
import { databaseOwners } from '../migrate.js';
import { presentServices } from '../present-services.js';
import { SERVICE_NAMES } from '../service-table.js';
import type { DiagnoseOptions } from './diagnose.js';
import type { Check } from './finding.js';

const STREAMS = ['INTAKE', 'EXEC', 'TOOL', 'EVENTS', 'TIMERS', 'DEAD'];

export function systemChecks(connection: Connection, options: DiagnoseOptions): [string, Check][] {
  let natsAnswers = true;
  const withBus =
    (check: (bus: Bus) => ReturnType<Check>): Check =>
    async () => {
      if (!natsAnswers) return { level: 'warning', detail: 'not known: NATS does not answer' };
      const bus = await connectBus({
        servers: connection.nats_url,
        prefix: connection.prefix,
        name: 'switchyard-doctor',
        timeoutMs: 2_000,
      }).catch((error: unknown) => {
        natsAnswers = false;
        throw error;
      });
      try {
        return await check(bus);
      } finally {
        await bus.close();
      }
    };
  return [
    ['Process', () => processIsAlive(connection, options.dataDir)],
    ['Gateway', () => gateway(connection)],
    ['Streams', withBus((bus) => streams(bus))],
    ['Database', () => database(connection)],
    ['Services', withBus(services)],
    ['Backends', withBus(backends)],
    ['Dead letters', withBus(deadLetters)],
  ];
}

async function processIsAlive({ pid, started_at, mode }: Connection, dataDir: string): ReturnType<Check> {
  try {
    process.kill(pid, 0);
    return { level: 'ok', detail: `${pid}, ${mode}, since ${started_at}` };
  } catch {
    return {
      level: 'failure',
      detail: `${pid} is gone although ${connectionFile(dataDir)} is there: it was killed`,
      fix: 'Start it again with `npm start`; nothing is lost.',
    };
  }
}

async function gateway({ gateway_url, api_key }: Connection): ReturnType<Check> {
  const ready = await fetch(`${gateway_url}/health/ready`, { signal: AbortSignal.timeout(3_000) });
  if (!ready.ok)
    return { level: 'failure', detail: `${gateway_url} is not ready: ${(await ready.text()).slice(0, 200)}` };
  const asked = await fetch(`${gateway_url}/v1/runs?limit=1`, {
    headers: { authorization: `Bearer ${api_key}` },
    signal: AbortSignal.timeout(5_000),
  });
  if (!asked.ok)
    return {
      level: 'failure',
      detail: `it answers ${asked.status} to a request with the kept key: ${(await asked.text()).slice(0, 200)}`,
    };
  return { level: 'ok', detail: `${gateway_url} answers` };
}

async function streams(bus: Bus): ReturnType<Check> {
  const manager = await bus.js.jetstreamManager();
  const names: string[] = [];
  for await (const stream of manager.streams.list(`${bus.prefix}.>`)) names.push(stream.config.name);
  const missing = STREAMS.filter((name) => !names.some((present) => present.toUpperCase().endsWith(name)));
  return missing.length === 0
    ? { level: 'ok', detail: names.sort().join(', ') }
    : {
        level: 'failure',
        detail: `missing: ${missing.join(', ')}`,
        fix: 'Restart the system: every service makes its streams again, and the router what was on them.',
      };
}

async function database({ database_url }: Connection): ReturnType<Check> {
  const behind: string[] = [];
  for (const owner of await databaseOwners()) {
    if ((await schemaDrift(database_url, owner)).length > 0) behind.push(owner.schema);
  }
  return behind.length === 0
    ? { level: 'ok', detail: 'every schema is up to date' }
    : {
        level: 'failure',
        detail: `not up to date: ${behind.join(', ')}`,
        fix: 'Run the migrations: restart with `npm start`.',
      };
}

async function services(bus: Bus): ReturnType<Check> {
  const present = await presentServices(bus);
  const missing = SERVICE_NAMES.filter((name) => present[name] === 0);
  const detail = SERVICE_NAMES.map((name) => `${name} ×${present[name]}`).join(', ');
  return missing.length === 0
    ? { level: 'ok', detail }
    : {
        level: 'failure',
        detail,
        fix: `Not answering: ${missing.join(', ')}. Their logs are in the data folder, below logs/.`,
      };
}

async function backends(bus: Bus): ReturnType<Check> {
  return backendsFinding((await new RpcClient(bus).call(RouterService.method.listBackends, {})).backends);
}

export function backendsFinding(all: readonly Backend[]): Awaited<ReturnType<Check>> {
  if (all.length === 0)
    return { level: 'failure', detail: 'none', fix: 'Register one: switchyard backends add --help' };
  const failing = all.filter(({ health }) => health?.status === 'failing');
  const detail = all
    .map(({ name, simulated, health }) => `${name}${simulated ? ' (simulator)' : ''} ${health?.status ?? 'unknown'}`)
    .join(', ');
  if (failing.length > 0) {
    const [first] = failing;
    return {
      level: 'failure',
      detail,
      fix: `${first?.name ?? ''}: ${first?.health?.lastError?.message ?? 'see the logs'}`,
    };
  }
  return all.every(({ simulated }) => simulated)
    ? {
        level: 'warning',
        detail,
        fix: 'Only the simulator: set a key such as OPENAI_API_KEY and restart for a real model.',
      }
    : { level: 'ok', detail };
}

async function deadLetters(bus: Bus): ReturnType<Check> {
  const rpc = new RpcClient(bus);
  // Messages only: that a run failed says nothing of the platform.
  const lists = await Promise.all(
    WORK_KINDS.map((kind) => rpc.call(RouterService.method.listDeadLetters, { kind, limit: 1 })),
  );
  const letters = lists.flatMap((list) => list.letters);
  const [letter] = letters.sort((a, b) => millisecondsOf(b) - millisecondsOf(a));
  return letter
    ? {
        level: 'warning',
        detail: `the newest: ${letter.cause?.code ?? '?'} on ${letter.subject}`,
        fix: 'See: switchyard dead-letters',
      }
    : { level: 'ok', detail: 'none' };
}

function millisecondsOf({ time }: DeadLetter): number {
  return time ? timestampMs(time) : 0;
}
