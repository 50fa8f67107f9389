import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A database of the operator's, by a name of its own. */
export interface SqlConnectionConfig {
  readonly name: string;
  /** postgres://…, with its password: never shown. */
  readonly url: string;
}

/** What makes vectors of memories: the model that comes with the platform, an OpenAI-compatible endpoint, or nothing. */
export type EmbedderConfig =
  | { readonly kind: 'none' | 'local' }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly model: string;
      readonly key: string | undefined;
      readonly dimensions: number;
    };

/** What every service knows of its surroundings: read once, at boot, and never changed after. */
export interface Config {
  /** The platform's version, part of every configuration's fingerprint. */
  readonly version: string;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  /** The first token of every subject. */
  readonly prefix: string;
  /** The tenant of those who name none. */
  readonly tenant: string;
  readonly log: { readonly level: LogLevel };
  /** OTLP over HTTP; absent: spans stay in the process. */
  readonly otlpEndpoint: string | undefined;
  /** Copies that JetStream keeps of a stream. */
  readonly streamReplicas: number;
  /** How long work may be in hand without a sign of life before another process is given it. */
  readonly ackWaitMs: number;
  readonly health: { readonly host: string; readonly port: number | undefined };
  /** How long a stopping service waits for what it has in hand. */
  readonly stopGraceMs: number;
  readonly gateway: {
    readonly host: string;
    readonly port: number;
    /** Names besides those of this machine by which the gateway may be asked. None, and not on a loopback address: any. */
    readonly hosts: readonly string[];
    /** Where browsers find the gateway, without a path; absent: where it was asked. */
    readonly publicUrl: string | undefined;
    readonly maxBodyBytes: number;
    /** Of a bundle that is imported, as it is sent. */
    readonly maxBundleBytes: number;
    /** Requests a second that one key may make at one replica. */
    readonly requestsPerSecond: number;
  };
  readonly router: {
    readonly reconcileMs: number;
    readonly stalledAfterMs: number;
    /** Days after its end at which a run's entries are archived; 0: never. */
    readonly archiveAfterDays: number;
    /** Days after its end at which a run is deleted with all that is known of it; 0: never. */
    readonly deleteAfterDays: number;
  };
  readonly executor: {
    /** Names of backends, or '*' for all that the router knows. */
    readonly backends: readonly string[] | '*';
    /** Runs that one executor advances at once, a backend. */
    readonly concurrency: number;
    /** How long a tool call is waited for before its run is parked. */
    readonly toolWaitMs: number;
    /** How long a run waits for what memory knows before it begins without. */
    readonly recallMs: number;
    readonly firstByteMs: number;
    readonly idleMs: number;
    readonly modelAttempts: number;
  };
  readonly memory: {
    readonly embedder: EmbedderConfig;
    /** MiB of vectors that one process keeps in mind to search them. */
    readonly vectorCacheMb: number;
    /** Who compares vectors: pgvector where the database has it (auto), or this process. */
    readonly vectorIndex: 'auto' | 'exact' | 'pgvector';
    /** Whose summaries are made in the background: nobody's, those of tenants who chose it, of all but those who declined. */
    readonly consolidation: 'off' | 'chosen' | 'all';
    /** Summaries that one round makes at most, of all tenants together. */
    readonly consolidationSummaries: number;
  };
  readonly toolHost: {
    readonly pool: string;
    readonly concurrency: number;
    /** Which of the tools that come with a host it offers: names, "<toolset>.*", or "none"; empty: all. */
    readonly builtinTools: readonly string[];
    /** Hosts that tools may connect to; empty: any. */
    readonly egress: readonly string[];
    /** The folder below which the file tools may read and write. */
    readonly filesRoot: string;
    /** host:port that http_fetch may reach although it is private. */
    readonly fetchAllow: readonly string[];
    /** What http_request may send; none: there is no such tool. */
    readonly httpMethods: readonly string[];
    /** Databases that sql_query may ask; none: there is no such tool. */
    readonly sqlConnections: readonly SqlConnectionConfig[];
    /** Whether there is run_command. */
    readonly runCommand: boolean;
    /** The browser for tools of web pages; undefined: where the distribution puts it. */
    readonly chromium: string | undefined;
    /** Days for which the ledger keeps calls that are settled and whose run has ended; 0: for good. */
    readonly effectsDays: number;
    /** Master keys for secrets at rest, the current one first; of the two the first that is there. */
    readonly secretKey: string | undefined;
    readonly secretKeyFile: string | undefined;
  };
  readonly limits: {
    readonly taskBytes: number;
    readonly turns: number;
    readonly tokens: number;
    readonly seconds: number;
    readonly costUsd: number;
    /** Runs one below the other: how deep agents may call agents. */
    readonly depth: number;
    /** Runs that the calls of one run may start. */
    readonly children: number;
    /** How often one agent may stand on the way from the first run down. */
    readonly agentRepeats: number;
  };
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const whole = (minimum: number, maximum: number, fallback: number) =>
  z.coerce.number().int().min(minimum).max(maximum).default(fallback);
const port = (fallback: number) => whole(0, 65_535, fallback);
/** A name with "*." before it or without, an IPv6 address in brackets, or "*"; with a port or without. */
const HOST_PATTERN = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
const url = (...protocols: string[]) =>
  z.url({
    protocol: new RegExp(`^(${protocols.join('|')})$`),
    error: `must be a URL that begins with ${protocols.join(':// or ')}://`,
  });

/** Every variable that Switchyard reads, with its default. */
export const environmentSchema = z.object({
  NATS_URL: url('nats', 'tls', 'ws', 'wss').default('nats://127.0.0.1:7422'),
  DATABASE_URL: url('postgres', 'postgresql').default('postgres://switchyard@127.0.0.1:7432/switchyard'),
  SWITCHYARD_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be one subject token: letters, digits, "_" and "-"')
    .default('switchyard'),
  SWITCHYARD_TENANT: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be one subject token: letters, digits, "_" and "-"')
    .default('default'),
  SWITCHYARD_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional(),
  SWITCHYARD_STREAM_REPLICAS: whole(1, 5, 1),
  SWITCHYARD_ACK_WAIT_MS: whole(1_000, 3_600_000, 30_000),
  SWITCHYARD_HEALTH_HOST: z.string().default('127.0.0.1'),
  SWITCHYARD_HEALTH_PORT: port(0).optional(),
  SWITCHYARD_STOP_GRACE_MS: whole(0, 600_000, 10_000),
  SWITCHYARD_GATEWAY_HOST: z.string().default('127.0.0.1'),
  SWITCHYARD_GATEWAY_PORT: port(7400),
  SWITCHYARD_GATEWAY_HOSTS: list,
  SWITCHYARD_PUBLIC_URL: url('http', 'https')
    .transform((text) => new URL(text).origin)
    .optional(),
  SWITCHYARD_MAX_BODY_BYTES: whole(1_024, 64 * 1_048_576, 2 * 1_048_576),
  SWITCHYARD_MAX_BUNDLE_BYTES: whole(1_024, 1_024 ** 4, 4 * 1_024 ** 3),
  SWITCHYARD_REQUESTS_PER_SECOND: whole(1, 1_000_000, 500),
  SWITCHYARD_RECONCILE_MS: whole(100, 3_600_000, 5_000),
  SWITCHYARD_STALLED_AFTER_MS: whole(100, 3_600_000, 60_000),
  SWITCHYARD_ARCHIVE_AFTER_DAYS: whole(0, 36_500, 30),
  SWITCHYARD_DELETE_AFTER_DAYS: whole(0, 36_500, 0),
  SWITCHYARD_BACKENDS: z.string().default('*'),
  SWITCHYARD_EXECUTOR_CONCURRENCY: whole(1, 10_000, 32),
  SWITCHYARD_TOOL_WAIT_MS: whole(10, 600_000, 10_000),
  SWITCHYARD_RECALL_MS: whole(10, 600_000, 5_000),
  SWITCHYARD_MODEL_FIRST_BYTE_MS: whole(10, 3_600_000, 120_000),
  SWITCHYARD_MODEL_IDLE_MS: whole(10, 3_600_000, 60_000),
  SWITCHYARD_MODEL_ATTEMPTS: whole(1, 20, 4),
  SWITCHYARD_EMBEDDER: z
    .string()
    .refine((value) => value === 'local' || value === 'none' || /^https?:\/\/[^\s]+$/.test(value), {
      message: 'must be local, none, or the URL of an OpenAI-compatible API such as https://api.openai.com/v1',
    })
    .default('local'),
  SWITCHYARD_EMBEDDER_MODEL: z.string().max(256).optional(),
  SWITCHYARD_EMBEDDER_KEY: z.string().optional(),
  SWITCHYARD_EMBEDDER_DIMENSIONS: z.coerce.number().int().min(1).max(16_000).optional(),
  SWITCHYARD_VECTOR_CACHE_MB: whole(1, 1_048_576, 256),
  SWITCHYARD_VECTOR_INDEX: z.enum(['auto', 'exact', 'pgvector']).default('auto'),
  SWITCHYARD_CONSOLIDATION: z.enum(['off', 'chosen', 'all']).default('off'),
  SWITCHYARD_CONSOLIDATION_SUMMARIES: whole(1, 10_000, 50),
  SWITCHYARD_TOOL_POOL: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be one subject token: letters, digits, "_" and "-"')
    .default('default'),
  SWITCHYARD_TOOL_CONCURRENCY: whole(1, 10_000, 32),
  SWITCHYARD_BUILTIN_TOOLS: list,
  SWITCHYARD_EGRESS: list.pipe(
    z.array(z.string().regex(HOST_PATTERN, 'must be hosts like api.example.com, *.example.com:443 or [::1]')),
  ),
  SWITCHYARD_FILES_ROOT: z.string().default('.switchyard/files'),
  SWITCHYARD_FETCH_ALLOW: list,
  SWITCHYARD_HTTP_METHODS: list
    .transform((methods) => methods.map((method) => method.toUpperCase()))
    .pipe(z.array(z.enum(['POST', 'PUT', 'PATCH', 'DELETE']))),
  SWITCHYARD_SQL_CONNECTIONS: list,
  SWITCHYARD_RUN_COMMAND: z.enum(['on', 'off']).default('off'),
  SWITCHYARD_CHROMIUM: z.string().optional(),
  SWITCHYARD_EFFECTS_DAYS: whole(0, 36_500, 30),
  SWITCHYARD_SECRET_KEY: z.string().optional(),
  SWITCHYARD_SECRET_KEY_FILE: z.string().optional(),
  SWITCHYARD_TASK_BYTES: whole(64, 1_000_000, 262_144),
  SWITCHYARD_LIMIT_TURNS: whole(1, 10_000, 30),
  SWITCHYARD_LIMIT_TOKENS: whole(1, 1_000_000_000, 1_000_000),
  SWITCHYARD_LIMIT_SECONDS: whole(1, 31_536_000, 3_600),
  SWITCHYARD_LIMIT_COST_USD: z.coerce.number().min(0).default(10),
  SWITCHYARD_MAX_DEPTH: whole(1, 32, 5),
  SWITCHYARD_MAX_CHILDREN: whole(1, 10_000, 100),
  SWITCHYARD_MAX_AGENT_REPEATS: whole(1, 32, 3),
});

/** Thrown by `loadConfig`; names every variable that is wrong, and never a value that may be secret. */
export class ConfigError extends Error {
  readonly code = 'config.invalid';

  constructor(readonly problems: readonly string[]) {
    super(
      `The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}\nCorrect these variables and start again.`,
    );
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError with one line a bad variable */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = environmentSchema.safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  return deepFreeze(shape(result.data, given));
}

function embedderOf(env: z.infer<typeof environmentSchema>): EmbedderConfig {
  const { SWITCHYARD_EMBEDDER: embedder, SWITCHYARD_EMBEDDER_MODEL: model, SWITCHYARD_EMBEDDER_KEY: key } = env;
  const dimensions = env.SWITCHYARD_EMBEDDER_DIMENSIONS;
  if (embedder === 'local' || embedder === 'none') return { kind: embedder };
  if (model === undefined || dimensions === undefined)
    throw new ConfigError([
      'SWITCHYARD_EMBEDDER: an endpoint needs SWITCHYARD_EMBEDDER_MODEL and SWITCHYARD_EMBEDDER_DIMENSIONS: which model it serves, and how many numbers a vector has',
    ]);
  return { kind: 'http', url: embedder, model, key, dimensions };
}

/** The configuration for people: the same, with keys, and passwords in URLs, blotted out. */
export function describeConfig(config: Config): Config {
  const { toolHost } = config;
  const { embedder } = config.memory;
  const sqlConnections = toolHost.sqlConnections.map(({ name, url }) => ({ name, url: withoutSecret(url) }));
  return {
    ...config,
    natsUrl: withoutSecret(config.natsUrl),
    databaseUrl: withoutSecret(config.databaseUrl),
    memory: {
      ...config.memory,
      embedder: embedder.kind === 'http' && embedder.key ? { ...embedder, key: '***' } : embedder,
    },
    toolHost: { ...toolHost, sqlConnections, secretKey: toolHost.secretKey === undefined ? undefined : '***' },
  };
}

/** A URL that can be printed. */
export function withoutSecret(text: string): string {
  const parsed = new URL(text);
  if (parsed.password !== '') parsed.password = '***';
  // nats://TOKEN@host: the user is the secret.
  else if (parsed.username !== '' && parsed.protocol.startsWith('nats')) parsed.username = '***';
  return parsed.toString();
}

function shape(env: z.infer<typeof environmentSchema>, given: Readonly<Record<string, unknown>>): Config {
  return {
    version: platformVersion(),
    natsUrl: env.NATS_URL,
    databaseUrl: env.DATABASE_URL,
    prefix: env.SWITCHYARD_PREFIX,
    tenant: env.SWITCHYARD_TENANT,
    log: { level: env.SWITCHYARD_LOG_LEVEL },
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    streamReplicas: env.SWITCHYARD_STREAM_REPLICAS,
    ackWaitMs: env.SWITCHYARD_ACK_WAIT_MS,
    health: { host: env.SWITCHYARD_HEALTH_HOST, port: env.SWITCHYARD_HEALTH_PORT },
    stopGraceMs: env.SWITCHYARD_STOP_GRACE_MS,
    gateway: {
      host: env.SWITCHYARD_GATEWAY_HOST,
      port: env.SWITCHYARD_GATEWAY_PORT,
      hosts: env.SWITCHYARD_GATEWAY_HOSTS.map((host) => host.toLowerCase()),
      publicUrl: env.SWITCHYARD_PUBLIC_URL,
      maxBodyBytes: env.SWITCHYARD_MAX_BODY_BYTES,
      maxBundleBytes: env.SWITCHYARD_MAX_BUNDLE_BYTES,
      requestsPerSecond: env.SWITCHYARD_REQUESTS_PER_SECOND,
    },
    router: {
      reconcileMs: env.SWITCHYARD_RECONCILE_MS,
      stalledAfterMs: env.SWITCHYARD_STALLED_AFTER_MS,
      archiveAfterDays: env.SWITCHYARD_ARCHIVE_AFTER_DAYS,
      deleteAfterDays: env.SWITCHYARD_DELETE_AFTER_DAYS,
    },
    executor: {
      backends: env.SWITCHYARD_BACKENDS.trim() === '*' ? '*' : list.parse(env.SWITCHYARD_BACKENDS),
      concurrency: env.SWITCHYARD_EXECUTOR_CONCURRENCY,
      toolWaitMs: env.SWITCHYARD_TOOL_WAIT_MS,
      recallMs: env.SWITCHYARD_RECALL_MS,
      firstByteMs: env.SWITCHYARD_MODEL_FIRST_BYTE_MS,
      idleMs: env.SWITCHYARD_MODEL_IDLE_MS,
      modelAttempts: env.SWITCHYARD_MODEL_ATTEMPTS,
    },
    memory: {
      embedder: embedderOf(env),
      vectorCacheMb: env.SWITCHYARD_VECTOR_CACHE_MB,
      vectorIndex: env.SWITCHYARD_VECTOR_INDEX,
      consolidation: env.SWITCHYARD_CONSOLIDATION,
      consolidationSummaries: env.SWITCHYARD_CONSOLIDATION_SUMMARIES,
    },
    toolHost: {
      pool: env.SWITCHYARD_TOOL_POOL,
      concurrency: env.SWITCHYARD_TOOL_CONCURRENCY,
      builtinTools: env.SWITCHYARD_BUILTIN_TOOLS,
      egress: env.SWITCHYARD_EGRESS,
      filesRoot: env.SWITCHYARD_FILES_ROOT,
      fetchAllow: env.SWITCHYARD_FETCH_ALLOW,
      httpMethods: env.SWITCHYARD_HTTP_METHODS,
      sqlConnections: sqlConnections(env.SWITCHYARD_SQL_CONNECTIONS, given),
      runCommand: env.SWITCHYARD_RUN_COMMAND === 'on',
      chromium: env.SWITCHYARD_CHROMIUM,
      effectsDays: env.SWITCHYARD_EFFECTS_DAYS,
      secretKey: env.SWITCHYARD_SECRET_KEY,
      secretKeyFile: env.SWITCHYARD_SECRET_KEY_FILE,
    },
    limits: {
      taskBytes: env.SWITCHYARD_TASK_BYTES,
      turns: env.SWITCHYARD_LIMIT_TURNS,
      tokens: env.SWITCHYARD_LIMIT_TOKENS,
      seconds: env.SWITCHYARD_LIMIT_SECONDS,
      costUsd: env.SWITCHYARD_LIMIT_COST_USD,
      depth: env.SWITCHYARD_MAX_DEPTH,
      children: env.SWITCHYARD_MAX_CHILDREN,
      agentRepeats: env.SWITCHYARD_MAX_AGENT_REPEATS,
    },
  };
}

/** Each as `name=VARIABLE` or `name=secret:NAME`: the address, which holds a password, is in a variable of its own or a secret. */
function sqlConnections(entries: readonly string[], given: Readonly<Record<string, unknown>>): SqlConnectionConfig[] {
  const connections = entries.map((entry) => {
    const [, named, secret] = /^([A-Za-z0-9_-]{1,64})=(secret:[A-Za-z0-9][A-Za-z0-9._-]{0,63})$/.exec(entry) ?? [];
    if (named !== undefined && secret !== undefined) return { name: named, url: secret };
    const [, name, variable] = /^([A-Za-z0-9_-]{1,64})=([A-Za-z_][A-Za-z0-9_]*)$/.exec(entry) ?? [];
    const problem = (why: string) => new ConfigError([`SWITCHYARD_SQL_CONNECTIONS: ${why}`]);
    if (name === undefined || variable === undefined)
      throw problem('must be a list of name=VARIABLE or name=secret:NAME');
    const address = url('postgres', 'postgresql').safeParse(given[variable]);
    if (!address.success) throw problem(`${variable} holds no postgres:// address`);
    return { name, url: address.data };
  });
  if (new Set(connections.map(({ name }) => name)).size === connections.length) return connections;
  throw new ConfigError(['SWITCHYARD_SQL_CONNECTIONS: a name stands there twice']);
}

function platformVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (
    typeof manifest === 'object' &&
    manifest !== null &&
    'version' in manifest &&
    typeof manifest.version === 'string'
  ) {
    return manifest.version;
  }
  throw new ConfigError(['package.json of @switchyard/config has no version']);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
