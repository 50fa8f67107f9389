import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, RpcClient, rpcSubject, type Bus } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { RouterService, type JsonObject } from '@switchyard/contracts';
import { runMigrations } from '@switchyard/persistence';
import { startService, type RunningService } from '@switchyard/service';
import { createLogger } from '@switchyard/telemetry';
import { freshDatabase, freshPrefix, testServers, type FreshDatabase } from '@switchyard/testing';
import { effectsOwner } from './database-owner.js';
import { serviceDefinition } from './service-definition.js';

/** Real tool hosts on one bus and one database, and a client beside them. */
export class ToolHosts {
  private readonly running: RunningService[] = [];
  /** What the router says of runs; of those not named here, that they wait. */
  readonly runStatus = new Map<string, string>();
  /** By run: what the version of its agent says of memory. */
  readonly memoryPolicies = new Map<string, JsonObject>();

  private constructor(
    private readonly natsUrl: string,
    readonly database: FreshDatabase,
    readonly prefix: string,
    readonly filesRoot: string,
    readonly bus: Bus,
    readonly rpc: RpcClient,
  ) {}

  static async create(): Promise<ToolHosts> {
    const { natsUrl } = await testServers();
    const database = await freshDatabase({
      name: 'effects',
      prepare: (url) => runMigrations(url, [effectsOwner]),
    });
    const prefix = freshPrefix('tools');
    const filesRoot = await mkdtemp(join(tmpdir(), 'tool-host-'));
    const logger = createLogger('test', { level: 'silent' });
    const bus = await connectBus({ servers: natsUrl, prefix, name: 'test', logger });
    const hosts = new ToolHosts(natsUrl, database, prefix, filesRoot, bus, new RpcClient(bus));
    bus.nc.subscribe(rpcSubject(bus, RouterService.method.getRun), {
      callback: (_, message) => {
        const { run_id: runId } = message.json<{ run_id: string }>();
        const status = hosts.runStatus.get(runId) ?? 'waiting';
        // A version for each run.
        const executed = { agent: 'helper', agent_version: runId };
        message.respond(JSON.stringify({ run_id: runId, tenant: 'default', backend: 'sim', status, ...executed }));
      },
    });
    bus.nc.subscribe(rpcSubject(bus, RouterService.method.getAgent), {
      callback: (_, message) => {
        const { name, version } = message.json<{ name: string; version: string }>();
        const memory = hosts.memoryPolicies.get(version) ?? {};
        message.respond(JSON.stringify({ version, definition: { name, memory } }));
      },
    });
    return hosts;
  }

  /** In the order in which they were started. */
  get started(): readonly RunningService[] {
    return this.running;
  }

  async start(environment: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const config = loadConfig({
      NATS_URL: this.natsUrl,
      DATABASE_URL: this.database.url,
      SWITCHYARD_PREFIX: this.prefix,
      SWITCHYARD_FILES_ROOT: this.filesRoot,
      SWITCHYARD_LOG_LEVEL: 'silent',
      SWITCHYARD_STOP_GRACE_MS: '2000',
      ...environment,
    });
    const service = await startService(serviceDefinition, { config });
    this.running.push(service);
    return service;
  }

  async close(): Promise<void> {
    await Promise.all(this.running.map((service) => service.stop()));
    await this.bus.close();
    await this.database.drop();
    await rm(this.filesRoot, { recursive: true, force: true });
  }
}
