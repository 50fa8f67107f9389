import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchyardClient } from '@switchyard/client';
import { loadConfig } from '@switchyard/config';
import { freePort } from '@switchyard/servers';
import { Api } from './api.js';
import { PRESENT, type Build } from './build.js';
import { Fleet, FLEET, type FleetService } from './fleet.js';
import type { Outcome } from './outcome.js';
import { ModelServer } from './model-server.js';
import { Moves } from './moves.js';
import { People } from './people.js';
import type { ProgramCall } from './program.js';
import { Pulse } from './pulse.js';
import type { Random } from './random.js';
import { POLICIES, type Policy } from './scenario.js';
import { Servers } from './servers.js';
import { setUp } from './set-up.js';
import type { Evidence } from './violation.js';
import { Witness } from './witness.js';

export interface WorldOptions {
  /** Holds the servers' data and the logs. */
  folder: string;
  random: Random;
  counts?: Readonly<Record<FleetService, number>>;
  /** What programs call. */
  kinds: ReadonlySet<ProgramCall['do']>;
  /** What second messages of threads do; all where absent. */
  policies?: readonly Policy[];
  /** Share of approvals that are refused. */
  denied?: number;
  /** Default `ACK_WAIT_MS`. */
  ackWaitMs?: number;
  /** False where what runs tells tools no keys. */
  keys?: boolean;
  /** What runs; the present one where absent. */
  build?: Build | undefined;
  /** What the processes log; `warn` where absent. */
  logLevel?: 'info' | 'warn';
}

/** A whole system with all that is around it: servers, processes, a model, the witness, and people. */
export interface World {
  servers: Servers;
  fleet: Fleet;
  api: Api;
  client: SwitchyardClient;
  moves: Moves;
  people: People;
  witness: Witness;
  /** What was seen of these outcomes. */
  evidence(outcomes: readonly Outcome[], last?: Pick<Evidence, 'schedule' | 'allowance'>): Evidence;
  stop(): Promise<void>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { folder, random, counts = FLEET, kinds, policies = POLICIES, denied, build = PRESENT } = options;
  await mkdir(join(folder, 'logs'), { recursive: true });
  const servers = await Servers.start(folder);
  const pulse = new Pulse();
  const [model, witness] = await Promise.all([
    new ModelServer(random.fork(), pulse).start(),
    new Witness(pulse).start(),
  ]);
  const gatewayPort = await freePort();
  const env = environment(servers, options);
  await build.migrate(servers.directDatabaseUrl);
  const fleet = new Fleet(build, env, join(folder, 'logs'), gatewayPort, counts);
  const stopServers = async (): Promise<void> => {
    pulse.stop();
    await fleet.stop();
    await Promise.all([model.stop(), witness.stop(), servers.stop()]);
  };
  try {
    fleet.start();
    const key = await setUp(env, model.url, witness.url, kinds, policies);
    const url = `http://127.0.0.1:${gatewayPort}`;
    const api = new Api(url, key, 120_000);
    const people = new People(api, witness, random.fork(), denied);
    const { prefix, tenant } = loadConfig(env);
    const moves = await Moves.start(servers.directNatsUrl, prefix, tenant, (runId) => people.waits(runId));
    const attending = people.run();
    return {
      ...{ servers, fleet, api, people, witness, moves },
      client: new SwitchyardClient({ url, apiKey: key }),
      evidence: (outcomes, last = {}) => ({
        outcomes,
        ...last,
        withoutKeys: options.keys === false,
        effects: witness.effects,
        requests: model.seen,
        refused: people.refused,
        thaws: fleet.thaws,
      }),
      stop: async () => {
        people.stop();
        await attending;
        await moves.stop();
        await stopServers();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

function environment(servers: Servers, { folder, ackWaitMs = ACK_WAIT_MS, logLevel = 'warn' }: WorldOptions) {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NATS_URL: servers.natsUrl,
    DATABASE_URL: servers.databaseUrl,
    SWITCHYARD_FILES_ROOT: join(folder, 'files'),
    SWITCHYARD_LOG_LEVEL: logLevel,
    SWITCHYARD_REQUESTS_PER_SECOND: '100000',
    // Failures come every few seconds here, and what is looked at late is only late.
    SWITCHYARD_RECONCILE_MS: '1000',
    SWITCHYARD_STALLED_AFTER_MS: String(ackWaitMs),
    SWITCHYARD_TOOL_WAIT_MS: '1000',
    SWITCHYARD_ACK_WAIT_MS: String(ackWaitMs),
  };
}

/** A frozen process is frozen for longer than this. */
export const ACK_WAIT_MS = 6_000;
