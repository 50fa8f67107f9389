import { Subjects } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { create, ToolCallSchema, type JsonObject, type MessageInitShape, type ToolCall } from '@switchyard/contracts';
import { createDataSource, runMigrations } from '@switchyard/persistence';
import { createLogger } from '@switchyard/telemetry';
import { freshDatabase, type FreshDatabase } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import { asTool } from '../builtin/builtin-tool.js';
import { createRunJavascript } from '../builtin/javascript/run-javascript.js';
import { Sandbox } from '../builtin/javascript/sandbox.js';
import { ToolCatalog } from '../catalog/tool-catalog.service.js';
import { effectsOwner } from '../database-owner.js';
import { MemoryOAuthStore, type OAuthStore } from '../mcp/auth/oauth-store.js';
import { createMcpKind } from '../mcp/mcp-kind.js';
import { createOpenApiKind } from '../openapi/openapi-kind.js';
import { createWebMcpKind } from '../webmcp/webmcp-kind.js';
import { BuiltinToolsRepository } from '../pools/builtin-tools.repository.js';
import { BuiltinTools } from '../pools/builtin-tools.service.js';
import { noSecrets } from '../secrets/no-secrets.fixture.js';
import { QuestionsRepository } from '../questions/questions.repository.js';
import { KeptResultsRepository } from '../results/kept-results.repository.js';
import { KeptResults } from '../results/kept-results.service.js';
import { ToolServerPool } from '../servers/tool-server-pool.service.js';
import { ToolServerRepository } from '../servers/tool-server.repository.js';
import { LimitsRepository } from '../limits/limits.repository.js';
import { ResultCache } from '../limits/result-cache.service.js';
import { ToolGate } from '../limits/tool-gate.service.js';
import { ToolSettingsRepository } from '../settings/tool-settings.repository.js';
import { ToolSettingsService } from '../settings/tool-settings.service.js';
import { ArgumentValidator } from '../tools/argument-validator.js';
import { defineTool } from '../tools/definition.js';
import { text, type Effect, type ToolContext, type ToolOutput } from '../tools/tool.js';
import { ToolVersionsRepository } from '../versions/tool-versions.repository.js';
import { HeartbeatService } from './heartbeat.service.js';
import { HostIdentity } from './host-identity.js';
import { InnerCalls } from './inner-calls.service.js';
import { LedgerRepository } from './ledger.repository.js';
import { RunningCalls } from './running-calls.js';
import { ToolCallService } from './tool-call.service.js';

/** Hosts of these tests find out by reading the table. */
const silentBus = {
  subjects: new Subjects('test'),
  emit: () => undefined,
  subscribe: () => ({ stop: () => Promise.resolve() }),
  request: () => Promise.reject(new TypeError('These hosts have no other pool')),
};
const noRpc = { call: () => Promise.reject(new TypeError('Nothing is asked of these hosts')) };

export type Handler = (args: JsonObject, context: ToolContext) => Promise<ToolOutput>;

/** A tool whose work the test decides; it counts how often it was run, on whichever host. */
export interface ProbeTool {
  name: string;
  effect: Effect;
  timeoutMs?: number;
  maxOutputBytes?: number;
  handler?: Handler;
}

/** One host on a database: its call service and what stands behind it. Several may share the database. */
export class CallHost {
  readonly identity: HostIdentity;
  readonly running = new RunningCalls();
  readonly ledger: LedgerRepository;
  readonly heartbeat: HeartbeatService;
  readonly calls: ToolCallService;
  readonly inner: InnerCalls;
  readonly catalog: ToolCatalog;
  readonly servers: ToolServerPool;
  readonly versions: ToolVersionsRepository;
  readonly settings: ToolSettingsService;
  readonly builtins: BuiltinTools;
  /** Calls that ran here, by tool. */
  readonly ran: string[] = [];

  constructor(
    readonly dataSource: DataSource,
    tools: readonly ProbeTool[] = [],
    environment: Readonly<Record<string, string>> = {},
    logins: OAuthStore = new MemoryOAuthStore(),
  ) {
    const config = loadConfig(environment);
    const logger = createLogger('tool-host-test', { level: 'silent' });
    const validator = new ArgumentValidator();
    this.identity = new HostIdentity(config);
    this.ledger = new LedgerRepository(dataSource, this.identity);
    this.heartbeat = new HeartbeatService(dataSource, this.identity, logger);
    this.versions = new ToolVersionsRepository(dataSource);
    this.servers = new ToolServerPool(
      config,
      logger,
      silentBus,
      new ToolServerRepository(dataSource),
      this.versions,
      validator,
      [createMcpKind(logins), createOpenApiKind(), createWebMcpKind(config)],
      noSecrets,
    );
    const builtins = tools.map((tool) => ({ toolset: 'probe', tool: this.probe(tool) }));
    this.settings = new ToolSettingsService(new ToolSettingsRepository(dataSource), silentBus, logger);
    const code = asTool(
      createRunJavascript(new Sandbox(), () => this.inner),
      'default',
    );
    this.builtins = new BuiltinTools(
      [...builtins, { toolset: 'code', tool: code }],
      this.identity,
      new BuiltinToolsRepository(dataSource, this.identity),
      silentBus,
      logger,
    );
    this.catalog = new ToolCatalog(this.builtins, this.servers, this.settings);
    const limits = new LimitsRepository(dataSource);
    this.calls = new ToolCallService(
      config,
      logger,
      this.identity,
      this.catalog,
      validator,
      this.ledger,
      this.running,
      new ToolGate(limits, logger),
      new ResultCache(limits, logger),
      new QuestionsRepository(dataSource),
      new KeptResults(new KeptResultsRepository(dataSource), logger),
    );
    this.inner = new InnerCalls(config, silentBus, noRpc, this.catalog, this.calls);
  }

  async start(): Promise<this> {
    await this.heartbeat.start();
    await this.settings.start();
    await this.builtins.start();
    await this.servers.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.servers.stop();
    await this.builtins.stop();
    await this.settings.stop();
    await this.heartbeat.stop();
  }

  /** The host is gone as after a kill: its last sign of life is older than its lease. */
  async vanish(): Promise<void> {
    await this.heartbeat.stop();
    await this.dataSource.query(`INSERT INTO effects.hosts VALUES ($1, 'default', now() - interval '11 seconds')`, [
      this.identity.host,
    ]);
  }

  private probe({ name, effect, timeoutMs = 5_000, maxOutputBytes = 1_000, handler }: ProbeTool) {
    const parameters = { type: 'object', properties: { n: { type: 'integer' } }, additionalProperties: false };
    return {
      definition: defineTool({
        name,
        effect,
        timeoutMs,
        maxOutputBytes,
        description: '',
        parameters,
        pool: 'default',
        source: 'builtin',
      }),
      run: (args: JsonObject, context: ToolContext) => {
        this.ran.push(name);
        return handler ? handler(args, context) : Promise.resolve(text(`ran ${this.ran.length}`));
      },
    };
  }
}

export interface EffectsDatabase {
  database: FreshDatabase;
  dataSource: DataSource;
  drop(): Promise<void>;
}

export async function effectsDatabase(): Promise<EffectsDatabase> {
  const database = await freshDatabase({
    name: 'effects',
    prepare: (url) => runMigrations(url, [effectsOwner]),
  });
  const dataSource = await createDataSource({ url: database.url, schema: 'effects', entities: effectsOwner.entities });
  return {
    database,
    dataSource,
    drop: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

let count = 0;

/** A call of its own; `callId` makes it another one's. */
export function callOf(tool: string, init: MessageInitShape<typeof ToolCallSchema> = {}): ToolCall {
  count += 1;
  return create(ToolCallSchema, {
    tenant: 'default',
    runId: `run_${count}`,
    callId: `call_${count}`,
    tool,
    arguments: {},
    ...init,
  });
}

/** A promise and its resolve: a point that a test holds a tool at. */
export function gate<T = void>(): { promise: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** The hosts of a test on one database, stopped together. */
export class CallHosts {
  readonly all: CallHost[] = [];

  constructor(private readonly effects: () => EffectsDatabase) {}

  async start(tools: readonly ProbeTool[], environment: Readonly<Record<string, string>> = {}): Promise<CallHost> {
    const host = await new CallHost(this.effects().dataSource, tools, environment).start();
    this.all.push(host);
    return host;
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.splice(0).map((host) => host.stop()));
  }
}
