import { connectBus, ensureStreams, rpcSubject, RpcServer, WorkServer, type Bus } from '@switchyard/bus';
import { loadConfig, type Config } from '@switchyard/config';
import {
  create,
  DeadLetterSchema,
  decode,
  DeltaSchema,
  eventTypeOf,
  ExecWorkSchema,
  MemoryService,
  RouterService,
  RUN_TOOLS,
  SwitchyardError,
  ToolCallSchema,
  ToolDefinitionSchema,
  ToolHostService,
  ToolResultSchema,
  ToolWorkSchema,
  timestampFromDate,
  toValue,
  type BackendReport,
  type DeadLetter,
  type Delta,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  type ModelTurnCompleted,
  type PolicyRuleSchema,
  type PolicySchema,
  type RecallReplySchema,
  type RecallRequest,
  type RunEvent,
  type ToolCall,
  type ToolWork,
} from '@switchyard/contracts';
import {
  hasEnded,
  initialState,
  journalOwner,
  JournalStore,
  payloadOfRecord,
  type Appended,
  type EventDraft,
  type RecordedAnswer,
  type RunEventBodyInit,
} from '@switchyard/journal';
import { createDataSource, runMigrations } from '@switchyard/persistence';
import { startService, type RunningService } from '@switchyard/service';
import { simulatorBackend, startSimulator, type Simulator, type SimulatorOptions } from '@switchyard/simulator';
import { createLogger } from '@switchyard/telemetry';
import { freshDatabase, freshPrefix, testServers, waitFor } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import { serviceDefinition } from './service-definition.js';

const TENANT = 'default';
type ToolResultInit = MessageInitShape<typeof ToolResultSchema>;

/** What the services around the executor say; a test changes what it is about. */
export interface Surroundings {
  agent: {
    name: string;
    instructions: string;
    tools: string[];
    memory: { recall?: boolean; scopes?: string[]; minTrust?: string; tools?: boolean; rerank?: string };
    resultSchema?: JsonObject;
    approvals?: { tools?: string[]; seconds?: number; rules?: MessageInitShape<typeof PolicyRuleSchema>[] };
    agents?: string[];
    handoffs?: string[];
    toolSearch?: { mode?: string; from?: number; initial?: number; always?: string[] };
  };
  /** Of the tenant; undefined: its router is one that knows none. */
  policies: MessageInitShape<typeof PolicySchema>[] | undefined;
  tools: MessageInitShape<typeof ToolDefinitionSchema>[];
  /** The tool host's answer on the fast path. */
  tool: (call: ToolCall) => Promise<ToolResultInit> | ToolResultInit;
  recall: (
    request: RecallRequest,
  ) => Promise<MessageInitShape<typeof RecallReplySchema>> | MessageInitShape<typeof RecallReplySchema>;
  /** What the router does with a report, before it answers. */
  reported: (report: BackendReport) => void;
  /** Members of the registered backend that differ from the simulator's. */
  backend: {
    base_url?: string;
    apiKeyEnv?: string;
    prices?: JsonObject;
    profile?: JsonObject;
    tokensPerMinute?: number;
    requestsPerMinute?: number;
    /** Its circuit is open until then, and half open after. */
    openUntil?: Date;
  };
  /** How the simulator is asked, where it is not as usual. */
  simulated: Parameters<typeof simulatorBackend>[1];
}

/** A real NATS, a real Postgres, a simulated model, and stand-ins for the services that the executor asks. */
export class World {
  readonly surroundings: Surroundings = {
    agent: { name: 'helper', instructions: 'Help.', tools: ['calculator'], memory: { recall: true } },
    policies: [],
    tools: [
      {
        name: 'calculator',
        description: 'Calculates.',
        parameters: {
          type: 'object',
          properties: { expression: { type: 'string' } },
          required: ['expression'],
          additionalProperties: false,
        },
        pool: 'default',
        effect: 'pure',
        fingerprint: 'sha256:tool',
      },
    ],
    tool: (call) => ({ callId: call.callId, status: 'ok', content: [{ type: 'text', text: '4' }] }),
    recall: () => ({ memories: [] }),
    reported: () => undefined,
    backend: {},
    simulated: {},
  };
  readonly reports: BackendReport[] = [];
  readonly toolCalls: ToolCall[] = [];
  private readonly closers: (() => Promise<unknown>)[] = [];
  private runs = 0;
  private version = 1;

  private constructor(
    readonly bus: Bus,
    readonly store: JournalStore,
    readonly dataSource: DataSource,
    readonly simulator: Simulator,
    readonly config: Config,
  ) {}

  static async create(environment: Record<string, string> = {}, simulation: SimulatorOptions = {}): Promise<World> {
    const { natsUrl } = await testServers();
    const database = await freshDatabase({
      name: 'journal',
      prepare: (url) => runMigrations(url, [journalOwner]),
    });
    const config = loadConfig({
      NATS_URL: natsUrl,
      DATABASE_URL: database.url,
      SWITCHYARD_PREFIX: freshPrefix('exec'),
      SWITCHYARD_TOOL_WAIT_MS: '10000',
      SWITCHYARD_STOP_GRACE_MS: '2000',
      SWITCHYARD_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
      ...environment,
    });
    const dataSource = await createDataSource({
      url: database.url,
      schema: 'journal',
      entities: journalOwner.entities,
    });
    const store = new JournalStore(dataSource);
    const bus = await connectBus({ servers: natsUrl, name: 'test', prefix: config.prefix, logger: quiet() });
    await ensureStreams(bus);
    const simulator = await startSimulator(simulation);
    const world = new World(bus, store, dataSource, simulator, config);
    world.closers.push(
      () => world.deleteStreams(),
      () => simulator.close(),
      () => bus.close(),
      () => store.close(),
      () => dataSource.destroy(),
      () => database.drop(),
    );
    await world.serve();
    return world;
  }

  async close(): Promise<void> {
    for (const close of this.closers.splice(0)) await close();
  }

  /** An executor, with this many runs in hand at most; stopped at the end, or by the test. */
  async startExecutor(concurrency = 32): Promise<RunningService> {
    const config: Config = { ...this.config, executor: { ...this.config.executor, concurrency } };
    const service = await startService(serviceDefinition, { config });
    this.closers.unshift(() => service.stop());
    const work = service.app.get(WorkServer);
    await waitFor(() => work.consumers().length > 0, { describe: 'the executor to serve its backend' });
    return service;
  }

  /** Accepts a run as the router does. */
  async accept(
    input: JsonValue,
    options: {
      thread?: string;
      user?: string;
      limits?: Record<string, number>;
      metadata?: Record<string, string>;
      time?: Date;
      more?: RunEventBodyInit[];
      backend?: string;
      fallbacks?: string[];
      /** What answers its calls. */
      record?: { answers: RecordedAnswer[]; context?: JsonObject[]; unmatched?: string; runId?: string };
    } = {},
  ): Promise<string> {
    this.runs += 1;
    const runId = `run_${this.runs}`;
    const {
      thread = '',
      user = '',
      limits = {},
      metadata = {},
      backend = 'simulator',
      fallbacks = [],
      record,
    } = options;
    const payload = record && payloadOfRecord({ answers: record.answers, context: record.context ?? [] });
    const accepted: RunEventBodyInit = {
      case: 'runAccepted',
      value: {
        agentVersion: `sha256:${String(this.version).repeat(64)}`,
        backend,
        input: toValue(input),
        thread,
        user,
        limits,
        metadata,
        fallbacks,
        ...(record && payload
          ? {
              recordedAnswers: {
                runId: record.runId ?? '',
                payload: payload.hash,
                unmatched: record.unmatched ?? 'stop',
                count: record.answers.length,
              },
            }
          : {}),
      },
    };
    const drafts = [accepted, ...(options.more ?? [])].map((body): EventDraft => ({
      body,
      actor: 'router',
      payloads: payload ? [payload] : [],
      ...(options.time ? { time: options.time } : {}),
    }));
    const identity = initialState({
      tenant: TENANT,
      runId,
      taskId: `task_${this.runs}`,
      agent: 'helper',
      idempotencyKey: '',
    });
    await this.store.append(identity, drafts);
    await this.wake(runId, 'accepted', backend);
    return runId;
  }

  async wake(runId: string, cause: string, backend = 'simulator'): Promise<void> {
    await this.bus.publish(this.bus.subjects.exec(backend, runId), ExecWorkSchema, {
      tenant: TENANT,
      runId,
      backend,
      cause,
    });
  }

  get nextRunId(): string {
    return `run_${this.runs + 1}`;
  }

  /** Runs accepted from now on have another version of the agent. */
  forgetAgents(): void {
    this.version += 1;
  }

  /** The run once this holds of its journal. */
  until(runId: string, condition: (run: Appended) => boolean, describe = 'the run to get there'): Promise<Appended> {
    return waitFor(
      async () => {
        const run = await this.store.load(runId);
        return condition(run) ? run : undefined;
      },
      { describe },
    );
  }

  ended(runId: string): Promise<Appended> {
    return this.until(runId, ({ state }) => hasEnded(state), `${runId} to end`);
  }

  /** No message for any run is waiting or in hand: everything was acknowledged. */
  async queueEmpty(): Promise<void> {
    await waitFor(async () => (await this.messagesIn('EXEC')) === 0, { describe: 'the work queue to be empty' });
  }

  async messagesIn(stream: string): Promise<number> {
    const manager = await this.bus.js.jetstreamManager(false);
    return (await manager.streams.info(this.streamName(stream))).state.messages;
  }

  /** What a stream holds, in order: message ids and bodies. */
  async stored(stream: string): Promise<{ id: string; subject: string; data: Uint8Array }[]> {
    const manager = await this.bus.js.jetstreamManager(false);
    const { state } = await manager.streams.info(this.streamName(stream));
    const found: { id: string; subject: string; data: Uint8Array }[] = [];
    for (let seq = state.first_seq; state.messages > 0 && seq <= state.last_seq; seq += 1) {
      const message = await manager.streams.getMessage(this.streamName(stream), { seq });
      if (message) found.push({ id: message.header.get('Nats-Msg-Id'), subject: message.subject, data: message.data });
    }
    return found;
  }

  async deadLetters(): Promise<DeadLetter[]> {
    return (await this.stored('DEAD')).map(({ data }) => decode(DeadLetterSchema, data));
  }

  async toolWork(): Promise<ToolWork[]> {
    return (await this.stored('TOOL')).map(({ data }) => decode(ToolWorkSchema, data));
  }

  /** Deltas of all runs from now on. */
  deltas(): Delta[] {
    const deltas: Delta[] = [];
    this.bus.subscribe(this.bus.subjects.stream(TENANT, '*'), DeltaSchema, (delta) => void deltas.push(delta));
    return deltas;
  }

  private async serve(): Promise<void> {
    const { bus, surroundings } = this;
    const server = new RpcServer(bus, { service: 'stand-ins', version: '0', graceMs: 0 });
    const { listBackends, getBackend, getAgent, reportBackend, listPolicies } = RouterService.method;
    server.serve(rpcSubject(bus, listBackends), listBackends.input, listBackends.output, async () => ({
      backends: [this.backend()],
    }));
    server.serve(rpcSubject(bus, listPolicies), listPolicies.input, listPolicies.output, async () => {
      if (surroundings.policies) return { policies: surroundings.policies };
      throw new SwitchyardError('rpc.unavailable', 'Nobody serves this.', { retryable: true });
    });
    server.serve(rpcSubject(bus, getBackend), getBackend.input, getBackend.output, async ({ name }) => {
      if (name === 'simulator') return this.backend();
      throw new SwitchyardError('backend.not_found', `There is no backend "${name}".`);
    });
    server.serve(rpcSubject(bus, getAgent), getAgent.input, getAgent.output, async ({ tenant, version }) => ({
      tenant,
      version,
      definition: surroundings.agent,
    }));
    server.serve(rpcSubject(bus, reportBackend), reportBackend.input, reportBackend.output, async (report) => {
      this.reports.push(report);
      surroundings.reported(report);
      return {};
    });
    const { listTools } = ToolHostService.method;
    server.serve(rpcSubject(bus, listTools), listTools.input, listTools.output, async ({ names }) => {
      const isNamed = (name: string): boolean =>
        names.some(
          (wanted) => wanted === name || (wanted.endsWith('.*') && name.startsWith(`${wanted.slice(0, -2)}_`)),
        );
      const tools = [...surroundings.tools, ...RUN_TOOLS].filter((tool) => isNamed(tool.name ?? ''));
      if (tools.length >= new Set(names).size)
        return { tools: tools.map((tool) => create(ToolDefinitionSchema, tool)) };
      throw new SwitchyardError('tool.not_found', `There is no tool among ${names.join(', ')}.`);
    });
    server.serve(bus.subjects.toolRpc('default'), ToolCallSchema, ToolResultSchema, async (call) => {
      this.toolCalls.push(call);
      return surroundings.tool(call);
    });
    const { recall } = MemoryService.method;
    server.serve(rpcSubject(bus, recall), recall.input, recall.output, async (request) => surroundings.recall(request));
    server.bindEvents();
    this.closers.unshift(() => server.close());
    await bus.nc.flush();
  }

  private backend() {
    const { name, api, model, profile, baseUrl } = simulatorBackend(this.simulator.url, this.surroundings.simulated);
    const { prices, base_url, apiKeyEnv, profile: more, ...pace } = this.surroundings.backend;
    const { tokensPerMinute = 0, requestsPerMinute = 0, openUntil } = pace;
    const json = JSON.parse(JSON.stringify(profile)) as JsonObject;
    return {
      name,
      api,
      model,
      baseUrl: base_url ?? baseUrl,
      simulated: true,
      concurrency: 64,
      apiKeyEnv: apiKeyEnv ?? '',
      tokensPerMinute,
      requestsPerMinute,
      ...(openUntil ? { health: { openUntil: timestampFromDate(openUntil) } } : {}),
      profile: { ...json, ...more, ...(prices ? { prices } : {}) },
    };
  }

  private streamName(stream: string): string {
    return `${this.bus.prefix.toUpperCase()}_${stream}`;
  }

  private async deleteStreams(): Promise<void> {
    const manager = await this.bus.js.jetstreamManager(false);
    await Promise.all(
      ['INTAKE', 'EXEC', 'TOOL', 'EVENTS', 'TIMERS', 'DEAD'].map((name) =>
        manager.streams.delete(this.streamName(name)),
      ),
    );
  }
}

function quiet() {
  return createLogger('test', { level: process.env['TEST_LOG'] ?? 'silent' });
}

export const typesOf = (events: readonly RunEvent[]): string[] => events.map(eventTypeOf);

/** The first turn that was journaled, or the test fails here. */
export function firstTurnOf(events: readonly RunEvent[]): ModelTurnCompleted {
  for (const { body } of events) if (body.case === 'modelTurnCompleted') return body.value;
  throw new Error(`There is no turn among ${typesOf(events).join(', ')}`);
}

/** What the last event says, whatever it is. */
export function lastBodyOf(events: readonly RunEvent[]): RunEvent['body']['value'] {
  return events.at(-1)?.body.value;
}
