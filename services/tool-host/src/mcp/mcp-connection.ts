import type { Client } from '@modelcontextprotocol/client';
import { InsufficientScopeError, type AuthProvider, type Tool as McpTool } from '@modelcontextprotocol/client';
import { SwitchyardError, type ErrorInfo, type JsonObject } from '@switchyard/contracts';
import { messageOf } from '../shared/error-text.js';
import { DEFAULT_TIMEOUT_MS } from '../servers/describe-tools.js';
import { KeptSession } from '../servers/kept-session.js';
import type {
  AskOptions,
  CallOptions,
  ConnectionOptions,
  ConnectionStatus,
  OfferedTool,
  ServerConnection,
} from '../servers/server-connection.js';
import { ServerLog } from '../servers/server-log.js';
import { stillUnavailable, unavailable } from '../servers/server-failure.js';
import { InputAwaited } from '../tools/call-input.js';
import type { ToolOutput } from '../tools/tool.js';
import { MAX_TIMEOUT_MS } from '../tools/unusable-limit.js';
import { oauthSettingsOf } from './auth/oauth-settings.js';
import type { OAuthStore } from './auth/oauth-store.js';
import { ServerOAuth } from './auth/server-oauth.js';
import { effectHint } from './effect-hint.js';
import { IdleStop } from './idle-stop.js';
import { askMcpServer } from './mcp-ask.js';
import { callMcpTool } from './mcp-call.js';
import { listAgeOf } from './list-age.js';
import { failureOfCall, isMessageTooLarge, outputTooLarge } from './mcp-failure.js';
import { createMcpClient } from './mcp-client.js';
import { OpenCalls } from './open-calls.js';
import { createTransport, programEnvironment } from './mcp-transport.js';
import { RESOURCE_TOOLS, type ResourceTool } from './resource-tools.js';

const CONNECT_TIMEOUT_MS = 30_000;
/** A server on a pipe that does not answer the question for its era is an old one: no need to wait longer to find out. */
const PROBE_TIMEOUT_MS = 5_000;
/** The end of what a server wrote to its standard error, for the message when it dies. */
const STDERR_TAIL = 1_000;
/** A call that shows signs of life may take so many times its time-out, where the definition says nothing else. */
const LONGEST_FACTOR = 5;

/** An initialised client, and its tools when it was opened. */
interface McpSession {
  client: Client;
  tools: readonly McpTool[];
  /** After so many ms they are listed again; never where absent. */
  goodForMs: number | undefined;
  open: OpenCalls;
  /** It ended because the server wrote too much at once. */
  flooded: boolean;
}

/** One MCP server, over a pipe or HTTP, of any revision that the SDK speaks. */
export class McpConnection implements ServerConnection {
  tools: readonly OfferedTool[] = [];
  listed = false;
  private listAgain: NodeJS.Timeout | undefined;
  private readonly session: KeptSession<McpSession>;
  private readonly idle: IdleStop;
  private oauth: ServerOAuth | undefined;
  private log: ServerLog | undefined;
  private logged: (() => void) | undefined;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly logins: OAuthStore,
  ) {
    this.session = new KeptSession<McpSession>({
      name: this.name,
      logger: options.logger,
      open: () => this.open(),
      end: ({ client }) => client.close(),
      onChange: (opened) => {
        if (opened) {
          this.setTools(opened.tools, opened.client);
          this.whenOld(opened);
          this.idle.wait();
        } else options.onChange();
      },
    });
    const { kind, mcp } = options.server;
    this.idle = new IdleStop(kind === 'mcp-stdio' ? (mcp?.idleStopSeconds ?? 0) * 1_000 : 0, () => {
      this.note('stopped: nobody has called it for a while');
      this.session.rest();
    });
  }

  get status(): ConnectionStatus {
    return this.session.status;
  }

  get lastError(): ErrorInfo | undefined {
    return this.session.lastError;
  }

  attempt(): Promise<void> {
    return this.session.attempt();
  }

  async reach(timeoutMs: number): Promise<void> {
    await this.session.opened(timeoutMs);
  }

  ask(method: string, params: JsonObject, options: AskOptions): Promise<JsonObject> {
    return this.idle.during(async () => {
      const session = await this.connected(options);
      try {
        return await askMcpServer(session.client, { server: this.name, method, params }, options);
      } catch (cause) {
        options.signal.throwIfAborted();
        if (cause instanceof SwitchyardError) throw cause;
        const failure = failureOfCall(this.name, method, cause);
        if (failure.disconnected) this.session.lost(session, failure.error);
        throw failure.error;
      }
    });
  }

  close(): Promise<void> {
    clearTimeout(this.listAgain);
    this.idle.close();
    return this.session.close();
  }

  private get name(): string {
    return this.options.server.name;
  }

  /**
   * Calls a tool, connecting first where that is needed. A call that cannot have reached the tool is sent once more, and so is
   * one whose connection broke, where it may be repeated.
   *
   * @throws SwitchyardError `tool.unavailable`, `tool.failed`, `tool.timeout`, `tool.disconnected`, …
   */
  private call(tool: string, perform: Perform, options: CallOptions): Promise<ToolOutput> {
    return this.idle.during(() => this.callAgain(tool, perform, options));
  }

  private async callAgain(tool: string, perform: Perform, options: CallOptions): Promise<ToolOutput> {
    try {
      return await this.callOnce(tool, perform, options);
    } catch (failure) {
      const again = failure instanceof NotExecuted || (options.repeatable && isBroken(failure));
      if (!again || options.signal.aborted) throw failure instanceof NotExecuted ? failure.error : failure;
      return await this.callOnce(tool, perform, options).catch((last: unknown) => {
        throw last instanceof NotExecuted ? last.error : last;
      });
    }
  }

  private async callOnce(tool: string, perform: Perform, options: CallOptions): Promise<ToolOutput> {
    const session = await this.connected(options);
    try {
      const output = await session.open.during(options, () => perform(session.client));
      this.wasAuthorised();
      return output;
    } catch (cause) {
      options.signal.throwIfAborted();
      if (cause instanceof InputAwaited) throw cause;
      if (InsufficientScopeError.isInstance(cause)) throw await this.afterStepUp(cause);
      const failure = failureOfCall(this.name, tool, cause);
      if (failure.disconnected) this.session.lost(session, failure.error);
      if (failure.disconnected && session.flooded) throw outputTooLarge(this.name, tool);
      throw failure.notExecuted ? new NotExecuted(failure.error) : failure.error;
    }
  }

  /** More was asked for than was granted, and is granted now: the call did not reach the tool. */
  private async afterStepUp(error: InsufficientScopeError): Promise<NotExecuted> {
    await this.oauth?.stepUp(error);
    return new NotExecuted(unavailable(this.name, 'it asked for further permissions', error));
  }

  private wasAuthorised(): void {
    this.oauth?.succeeded().catch((error: unknown) => {
      this.options.logger.warn({ err: error, server: this.name }, 'An authorisation that works could not be recorded');
    });
  }

  private async connected({ signal, timeoutMs }: AskOptions): Promise<McpSession> {
    const session = await this.session.opened(timeoutMs, signal);
    if (session) return session;
    throw stillUnavailable(this.name, this.lastError, 'the connection is closed');
  }

  private async open(): Promise<McpSession> {
    const { logger, server, environment, egress } = this.options;
    const log = this.ownLog();
    const open = new OpenCalls(this.name, logger);
    const client = this.createClient(open);
    try {
      const transport = createTransport(server, environment, {
        egress,
        authProvider: this.authProvider(),
        onWords: (words) => {
          log?.append(words);
          this.logged?.();
        },
      });
      this.note('starting');
      await client.connect(transport, { timeout: CONNECT_TIMEOUT_MS });
      const list = await client.listTools(undefined, { timeout: CONNECT_TIMEOUT_MS });
      const session: McpSession = { client, tools: list.tools, goodForMs: listAgeOf(list), open, flooded: false };
      client.onclose = () => {
        const why = session.flooded ? 'it wrote too much at once' : 'it closed the connection';
        const error = unavailable(this.name, this.withTail(why));
        if (this.session.current === session) this.note(`ended: ${why}`);
        this.session.lost(session, error);
      };
      client.onerror = (error) => {
        if (isMessageTooLarge(error)) {
          session.flooded = true;
          // Over HTTP the call would wait for an answer that does not come any more.
          client.onclose?.();
        }
        logger.debug({ err: error, server: this.name }, 'MCP connection error');
      };
      return session;
    } catch (cause) {
      await client.close().catch((error: unknown) => {
        logger.debug({ err: error, server: this.name }, 'A failed MCP connection did not close cleanly');
      });
      if (InsufficientScopeError.isInstance(cause)) throw (await this.afterStepUp(cause)).error;
      if (cause instanceof SwitchyardError) throw cause;
      throw unavailable(this.name, this.withTail(messageOf(cause)), cause);
    }
  }

  /** None where the definition has a header for it: that one is the operator's choice. */
  private authProvider(): AuthProvider | undefined {
    const { server, environment, egress, redactor } = this.options;
    const isGiven = Object.keys(server.headerEnv).some((header) => header.toLowerCase() === 'authorization');
    if (server.kind !== 'mcp-http' || isGiven) return undefined;
    this.oauth ??= new ServerOAuth(oauthSettingsOf(server, environment), this.logins, egress, undefined, redactor);
    return this.oauth.provider;
  }

  private createClient(open: OpenCalls): Client {
    const { logger, server, version } = this.options;
    const client: Client = createMcpClient({
      version,
      probeMs: server.kind === 'mcp-stdio' ? PROBE_TIMEOUT_MS : CONNECT_TIMEOUT_MS,
      onElicit: (params) => open.elicit(params),
      onTools: (error, tools) => {
        if (tools) this.setTools(tools, client);
        else logger.warn({ err: error, server: this.name }, 'A changed list of tools could not be read');
      },
    });
    return client;
  }

  /** A server that tells of changes itself need not be asked. */
  private whenOld(session: McpSession): void {
    clearTimeout(this.listAgain);
    const { client, goodForMs } = session;
    if (goodForMs === undefined || client.getServerCapabilities()?.tools?.listChanged) return;
    this.listAgain = setTimeout(() => {
      if (this.session.current !== session) return;
      void this.readAgain(session).finally(() => {
        if (this.session.current === session) this.whenOld(session);
      });
    }, goodForMs).unref();
  }

  private async readAgain(session: McpSession): Promise<void> {
    try {
      const list = await session.client.listTools(undefined, { timeout: CONNECT_TIMEOUT_MS, cacheMode: 'refresh' });
      if (this.session.current !== session) return;
      session.goodForMs = listAgeOf(list) ?? session.goodForMs;
      if (JSON.stringify(list.tools) === JSON.stringify(session.tools)) return;
      session.tools = list.tools;
      this.setTools(list.tools, session.client);
    } catch (error) {
      this.options.logger.warn(
        { err: error, server: this.name },
        'A list of tools that is old could not be read again',
      );
    }
  }

  private setTools(tools: readonly McpTool[], client: Client): void {
    const own = new Set(tools.map(({ name }) => name));
    const hasResources = client.getServerCapabilities()?.resources !== undefined;
    const further = hasResources && !this.options.server.mcp?.noResourceTools ? RESOURCE_TOOLS : [];
    this.tools = [
      ...tools.map((tool) => this.offer(tool)),
      ...further.filter(({ name }) => !own.has(name)).map((tool) => this.offerResources(tool)),
    ];
    this.listed = true;
    this.options.onChange();
  }

  /** What a program says is kept; a server elsewhere keeps its own. */
  private ownLog(): ServerLog | undefined {
    const { server, environment, keepLog } = this.options;
    if (server.kind !== 'mcp-stdio' || this.log) return this.log;
    this.log = new ServerLog(programEnvironment(server, environment));
    this.logged = keepLog?.(this.log);
    return this.log;
  }

  private note(line: string): void {
    this.log?.note(line);
    this.logged?.();
  }

  /** With what the program last wrote itself. */
  private withTail(why: string): string {
    const tail = this.log?.lastWords(STDERR_TAIL) ?? '';
    return tail === '' ? why : `${why}; it last wrote: ${tail}`;
  }

  private get longestMs(): number {
    const { timeoutMs, mcp } = this.options.server;
    return mcp?.longestMs || Math.min(MAX_TIMEOUT_MS, (timeoutMs || DEFAULT_TIMEOUT_MS) * LONGEST_FACTOR);
  }

  private offer(tool: McpTool): OfferedTool {
    const hint = effectHint(tool);
    return {
      name: tool.name,
      description: tool.description ?? tool.title ?? '',
      // Parsed JSON, whatever its type says.
      inputSchema: JSON.parse(JSON.stringify(tool.inputSchema)) as JsonObject,
      ...(tool.outputSchema ? { outputSchema: JSON.parse(JSON.stringify(tool.outputSchema)) as JsonObject } : {}),
      ...(hint ? { effectHint: hint } : {}),
      longestMs: this.longestMs,
      call: (args, options) =>
        this.call(tool.name, (client) => callMcpTool(client, { server: this.name, tool, args }, options), options),
    };
  }

  private offerResources({ name, description, inputSchema, run }: ResourceTool): OfferedTool {
    return {
      name,
      description,
      inputSchema,
      effectHint: 'pure',
      call: (args, options) =>
        this.call(name, (client) => run(client, args, { signal: options.signal, timeout: options.timeoutMs }), options),
    };
  }
}

type Perform = (client: Client) => Promise<ToolOutput>;

function isBroken(failure: unknown): boolean {
  return failure instanceof SwitchyardError && failure.code === 'tool.disconnected';
}

/** Marks a failure before the tool was reached. */
class NotExecuted extends Error {
  constructor(readonly error: SwitchyardError) {
    super(error.message);
  }
}
