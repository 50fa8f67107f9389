import { Client, type Tool as McpTool } from '@modelcontextprotocol/client';
import { SwitchyardError, toErrorInfo, type ErrorInfo, type JsonObject, type ToolServer } from '@switchyard/contracts';
import { injectTrace, type Logger } from '@switchyard/telemetry';
import { messageOf } from '../shared/error-text.js';
import type { ToolOutput } from '../tools/tool.js';
import { Backoff } from './backoff.js';
import { outputOf } from './mcp-content.js';
import { failureOfCall, isMessageTooLarge, outputTooLarge, unavailable } from './mcp-failure.js';
import { createTransport, type Environment, type McpTransport } from './mcp-transport.js';

export type ConnectionStatus = 'connecting' | 'connected' | 'failing';

export interface ConnectionOptions {
  server: ToolServer;
  version: string;
  environment: Environment;
  logger: Logger;
  /** Called after every change of status or tools. */
  onChange: () => void;
  connectTimeoutMs?: number;
  backoff?: Backoff;
}

export interface CallOptions {
  /** What the tool is given as its idempotency key: the same for every attempt at the same call. */
  callId: string;
  signal: AbortSignal;
  timeoutMs: number;
  /** It may be attempted again under the same key: its effect is pure or idempotent. */
  repeatable: boolean;
}

/** Where a tool of an MCP server finds its idempotency key: a name of our own below our own prefix, as the specification asks. */
export const IDEMPOTENCY_KEY_META = 'switchyard/idempotency_key';

const CONNECT_TIMEOUT_MS = 30_000;
/** A server on a pipe that does not answer the question for its era is an old one: no need to wait longer to find out. */
const PROBE_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
const PAUSE_MS = 100;

/** One server, and the effort to stay connected to it until `close`. */
export class McpConnection {
  status: ConnectionStatus = 'connecting';
  lastError: ErrorInfo | undefined;
  /** As last listed; kept while the server is away. */
  tools: readonly McpTool[] = [];
  /** Whether the server has ever answered with its list. */
  listed = false;

  private client: Client | undefined;
  private connecting: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;
  /** Connections that ended because the server wrote too much at once. */
  private readonly flooded = new WeakSet<Client>();
  /** Calls do not make a server that cannot be connected to be tried at their own rate. */
  private notBefore = 0;
  private readonly backoff: Backoff;

  constructor(private readonly options: ConnectionOptions) {
    this.backoff = options.backoff ?? new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  }

  get server(): ToolServer {
    return this.options.server;
  }

  /**
   * Resolves when connected or when the attempt under way has failed; never rejects. Connects now if nobody does, unless
   * an attempt has failed a moment ago.
   */
  attempt(): Promise<void> {
    if (this.closed || this.client || this.now() < this.notBefore) return Promise.resolve();
    clearTimeout(this.retry);
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  /**
   * Calls a tool, connecting first where that is needed. A call that cannot have reached the tool is sent once more, and so is
   * one whose connection broke, where it may be repeated.
   *
   * @throws SwitchyardError `tool.unavailable`, `tool.failed`, `tool.timeout`, `tool.disconnected`, …
   */
  async call(tool: McpTool, args: JsonObject, options: CallOptions): Promise<ToolOutput> {
    try {
      return await this.callOnce(tool, args, options);
    } catch (failure) {
      const again = failure instanceof NotExecuted || (options.repeatable && isBroken(failure));
      if (!again || options.signal.aborted) throw failure instanceof NotExecuted ? failure.error : failure;
      return await this.callOnce(tool, args, options).catch((last: unknown) => {
        throw last instanceof NotExecuted ? last.error : last;
      });
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    await this.connecting;
    const client = this.client;
    this.client = undefined;
    await client?.close();
  }

  private async callOnce(tool: McpTool, args: JsonObject, options: CallOptions): Promise<ToolOutput> {
    const client = await this.connected(options.signal);
    try {
      const result = await client.callTool(
        { name: tool.name, arguments: args, _meta: callMeta(options.callId) },
        // Without its output schema: what a server promises of its answers is no reason to refuse one.
        {
          signal: options.signal,
          timeout: options.timeoutMs,
          toolDefinition: { name: tool.name, inputSchema: tool.inputSchema },
        },
      );
      return outputOf(result);
    } catch (cause) {
      options.signal.throwIfAborted();
      const failure = failureOfCall(this.server.name, tool.name, cause);
      if (failure.disconnected) this.lost(client, failure.error);
      if (failure.disconnected && this.flooded.has(client)) throw outputTooLarge(this.server.name, tool.name);
      throw failure.notExecuted ? new NotExecuted(failure.error) : failure.error;
    }
  }

  private async connected(signal: AbortSignal): Promise<Client> {
    if (!this.client) {
      await this.attempt();
      signal.throwIfAborted();
    }
    if (this.client) return this.client;
    if (!this.lastError) throw unavailable(this.server.name, 'the connection is closed');
    // Retryable whatever it was: the variable that is missing may be set by then.
    const { message, details } = this.lastError;
    throw new SwitchyardError('tool.unavailable', message, {
      retryable: true,
      details: { ...details, server: this.server.name },
    });
  }

  private async connect(): Promise<void> {
    let opened: McpTransport | undefined;
    const client = this.createClient();
    try {
      opened = createTransport(this.server, this.options.environment);
      const timeout = this.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
      await client.connect(opened.transport, { timeout });
      const { tools } = await client.listTools(undefined, { timeout });
      if (this.closed) return await client.close();
      this.client = client;
      client.onclose = () => {
        const why = this.flooded.has(client) ? 'it wrote too much at once' : 'it closed the connection';
        this.lost(client, unavailable(this.server.name, withTail(why, opened)));
      };
      client.onerror = (error) => {
        if (isMessageTooLarge(error)) {
          this.flooded.add(client);
          // Over HTTP the call would wait for an answer that does not come any more.
          client.onclose?.();
        }
        this.options.logger.debug({ err: error, server: this.server.name }, 'MCP connection error');
      };
      this.backoff.reset();
      this.lastError = undefined;
      this.status = 'connected';
      this.setTools(tools);
    } catch (cause) {
      await client.close().catch((error: unknown) => {
        this.options.logger.debug(
          { err: error, server: this.server.name },
          'A failed MCP connection did not close cleanly',
        );
      });
      this.notBefore = this.now() + PAUSE_MS;
      this.failed(
        cause instanceof SwitchyardError
          ? cause
          : unavailable(this.server.name, withTail(messageOf(cause), opened), cause),
      );
    }
  }

  private now(): number {
    return performance.now();
  }

  private createClient(): Client {
    return new Client(
      { name: 'switchyard', version: this.options.version },
      {
        // Servers of the newest revision and of all older ones; a question to a person is answered with an error.
        versionNegotiation: { mode: 'auto', probe: { timeoutMs: PROBE_TIMEOUT_MS } },
        inputRequired: { autoFulfill: false },
        listChanged: {
          tools: {
            onChanged: (error, tools) => {
              if (tools) this.setTools(tools);
              else
                this.options.logger.warn(
                  { err: error, server: this.server.name },
                  'A changed list of tools could not be read',
                );
            },
          },
        },
      },
    );
  }

  private setTools(tools: readonly McpTool[]): void {
    this.tools = tools;
    this.listed = true;
    this.options.onChange();
  }

  /** The connection in use broke. */
  private lost(client: Client, error: SwitchyardError): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.close().catch((failure: unknown) => {
      this.options.logger.debug(
        { err: failure, server: this.server.name },
        'A lost MCP connection did not close cleanly',
      );
    });
    this.failed(error);
  }

  private failed(error: SwitchyardError): void {
    if (this.closed) return;
    // Past `notBefore`, or the attempt would be none.
    const delay = Math.max(this.backoff.next(), PAUSE_MS + 50);
    if (this.status !== 'failing') {
      this.options.logger.warn(
        { err: error, server: this.server.name, retry_ms: delay },
        'A tool server is not reachable',
      );
    }
    this.status = 'failing';
    this.lastError = toErrorInfo(error);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.attempt(), delay);
    this.retry.unref();
    this.options.onChange();
  }
}

function isBroken(failure: unknown): boolean {
  return failure instanceof SwitchyardError && failure.code === 'tool.disconnected';
}

/** Marks a failure before the tool was reached. */
class NotExecuted extends Error {
  constructor(readonly error: SwitchyardError) {
    super(error.message);
  }
}

/** What goes with a call: its key, and the active trace as MCP carries it: bare W3C keys (specification 2026-07-28, `_meta`). */
function callMeta(callId: string): Record<string, string> {
  const meta: Record<string, string> = { [IDEMPOTENCY_KEY_META]: callId };
  injectTrace((name, value) => {
    meta[name] = value;
  });
  return meta;
}

function withTail(why: string, opened: McpTransport | undefined): string {
  const tail = opened?.stderrTail() ?? '';
  return tail === '' ? why : `${why}; it last wrote: ${tail}`;
}
