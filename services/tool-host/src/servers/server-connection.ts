import type { ErrorInfo, JsonObject, SwitchyardError, ToolServer } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import type { Redactor } from '../secrets/redactor.js';
import type { ServerLog } from './server-log.js';
import type { Egress } from '../shared/egress.js';
import type { Effect, ToolContext, ToolOutput } from '../tools/tool.js';

/** `idle`: ended for want of calls, and started again by the next one. */
export type ConnectionStatus = 'connecting' | 'connected' | 'failing' | 'idle';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A tool as its server offers it. All of it is the server's word: untrusted. */
export interface OfferedTool {
  /** As the server calls it. */
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  inputSchema: JsonObject;
  /** JSON Schema of its structured results, where it promises any. */
  outputSchema?: JsonObject;
  /** What the server says of its effect, where it says anything. */
  effectHint?: Effect;
  /** Why it cannot be called, where its kind knows. */
  unusable?: SwitchyardError;
  /** Its kind has found that its schema can be used: it is not compiled once more before the first call. */
  schemaChecked?: true;
  /** Whether a person decides every call of a run: always, or where the tool's effect class is irreversible. */
  askFirst?: boolean | 'irreversible';
  /** The longest that a call may take that shows signs of life, in ms. Absent: its time-out. */
  longestMs?: number;
  /** @throws SwitchyardError; `OutcomeInDoubt` when the effect may have happened. */
  call(args: JsonObject, options: CallOptions): Promise<ToolOutput>;
}

export interface CallOptions extends Pick<
  ToolContext,
  'tenant' | 'callId' | 'signal' | 'timeoutMs' | 'alive' | 'input'
> {
  /** It may be attempted again under the same key: its effect is pure or idempotent. */
  repeatable: boolean;
}

export interface AskOptions {
  signal: AbortSignal;
  /** For the answer, in ms. */
  timeoutMs: number;
}

/** One server, and the effort to stay connected to it until `close`. */
export interface ServerConnection {
  readonly status: ConnectionStatus;
  readonly lastError: ErrorInfo | undefined;
  /** As last listed; kept while the server is away. */
  readonly tools: readonly OfferedTool[];
  /** Whether the server has ever answered with its list. */
  readonly listed: boolean;
  /**
   * Resolves when connected or when the attempt under way has failed; never rejects. Connects now if nobody does, unless
   * an attempt has failed a moment ago.
   */
  attempt(): Promise<void>;
  /**
   * Like `attempt`, but while the server has not been away for long, attempts go on for some seconds, and no longer than half of
   * `timeoutMs`. Never rejects.
   */
  reach(timeoutMs: number): Promise<void>;
  /**
   * Asks for what the server has besides tools, where its kind has such things.
   *
   * @throws SwitchyardError `tool_server.unsupported`, `contract.invalid`, `tool.unavailable`, `tool.failed`, `tool.timeout`, …
   */
  ask?(method: string, params: JsonObject, options: AskOptions): Promise<JsonObject>;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  server: ToolServer;
  /** Of Switchyard, for servers that ask who calls. */
  version: string;
  environment: Environment;
  /** Is told what the connection comes to hold besides, such as access tokens; the rest it knows. Absent: nobody looks. */
  redactor?: Redactor;
  /** Where the host may connect to. */
  egress: Egress;
  logger: Logger;
  /** Called after every change of status or tools. */
  onChange: () => void;
  /** Called with the log that this connection keeps of its server, once; it tells of changes by what it is answered. */
  keepLog?: (log: ServerLog) => () => void;
}

/** A way of having tools on a server. */
export interface ServerKind {
  /** What `kind` of a definition says. */
  readonly names: readonly string[];
  /** Goes before the server's name as the source of a tool: `mcp:<server>`. */
  readonly source: string;
  /** @throws SwitchyardError `tool_server.invalid` saying what of the definition this kind cannot use */
  check(server: ToolServer): void;
  connect(options: ConnectionOptions): ServerConnection;
}
