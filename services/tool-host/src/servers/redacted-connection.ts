import type { ErrorInfo, JsonObject } from '@switchyard/contracts';
import { create, ErrorInfoSchema } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import type { Redactor } from '../secrets/redactor.js';
import type { ToolOutput } from '../tools/tool.js';
import type { AskOptions, CallOptions, ConnectionStatus, OfferedTool, ServerConnection } from './server-connection.js';

/** A server's connection, without the secrets that it was given in anything that comes out of it: the one place for all kinds. */
export class RedactedConnection implements ServerConnection {
  readonly ask?: (method: string, params: JsonObject, options: AskOptions) => Promise<JsonObject>;

  private offered: { of: readonly OfferedTool[]; shown: readonly OfferedTool[] } | undefined;

  constructor(
    private readonly connection: ServerConnection,
    private readonly redactor: Redactor,
  ) {
    const ask = connection.ask?.bind(connection);
    if (!ask) return;
    this.ask = (method, params, options) => this.shownOf(async () => redactor.json(await ask(method, params, options)));
  }

  get status(): ConnectionStatus {
    return this.connection.status;
  }

  get lastError(): ErrorInfo | undefined {
    const { lastError } = this.connection;
    if (!lastError || !this.redactor.isActive) return lastError;
    const { message, details, ...rest } = lastError;
    return create(ErrorInfoSchema, {
      ...rest,
      message: this.redactor.text(message),
      ...(details ? { details: this.redactor.json(details) } : {}),
    });
  }

  get listed(): boolean {
    return this.connection.listed;
  }

  get tools(): readonly OfferedTool[] {
    const { tools } = this.connection;
    if (this.offered?.of !== tools) this.offered = { of: tools, shown: tools.map((tool) => this.shown(tool)) };
    return this.offered.shown;
  }

  attempt(): Promise<void> {
    return this.connection.attempt();
  }

  reach(timeoutMs: number): Promise<void> {
    return this.connection.reach(timeoutMs);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private shown(tool: OfferedTool): OfferedTool {
    const { redactor } = this;
    return {
      ...tool,
      name: redactor.text(tool.name),
      description: redactor.text(tool.description),
      inputSchema: redactor.json(tool.inputSchema),
      ...(tool.unusable ? { unusable: redactor.coded(tool.unusable) } : {}),
      call: (args, options) => this.call(tool, args, options),
    };
  }

  private call(tool: OfferedTool, args: JsonObject, options: CallOptions): Promise<ToolOutput> {
    return this.shownOf(async () => this.redactor.output(await tool.call(args, options)));
  }

  private async shownOf<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.redactor.error(error);
    }
  }
}

/** What is logged of a server, without its secrets. */
export function redactedLogger(logger: Logger, redactor: Redactor): Logger {
  const log = (fields: object) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactor.error(value)]));
  return logger.child({}, { formatters: { log } });
}
