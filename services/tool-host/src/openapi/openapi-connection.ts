import {
  create,
  OpenApiSettingsSchema,
  SwitchyardError,
  toErrorInfo,
  type ErrorInfo,
  type OpenApiSettings,
} from '@switchyard/contracts';
import type { FetchGuard } from '../builtin/fetch/guarded-target.js';
import { KeptSession } from '../servers/kept-session.js';
import type {
  ConnectionOptions,
  ConnectionStatus,
  OfferedTool,
  ServerConnection,
} from '../servers/server-connection.js';
import { unavailable } from '../servers/server-failure.js';
import { ResponseRules } from './answer/response-rules.js';
import { ApiCall, type ApiCallParts } from './api-call.js';
import { ClientCredentials } from './auth/client-credentials.js';
import { DocumentFault } from './document/document-fault.js';
import type { DocumentReader } from './document/document-reader.js';
import { DocumentSource } from './document-source.js';
import { ApiClient } from './http/api-client.js';
import type { Operation, ReadDocument } from './operation.js';

const FETCH_TIMEOUT_MS = 30_000;
const DEFAULT_REFRESH_S = 300;

export interface OpenApiOptions extends ConnectionOptions {
  reader: Pick<DocumentReader, 'read'>;
  guard: FetchGuard;
}

/** An HTTP API with an OpenAPI document: connected once its document has been read, which is read again now and then. */
export class OpenApiConnection implements ServerConnection {
  tools: readonly OfferedTool[] = [];
  listed = false;

  private readonly settings: OpenApiSettings;
  private readonly session: KeptSession<ReadDocument>;
  private readonly client: ApiClient;
  private readonly source: DocumentSource;
  private readonly tokens: ClientCredentials;
  private readonly rules: ResponseRules;
  private readonly stopping = new AbortController();
  private rejected: { hash: string; fault: DocumentFault } | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** What was asked for and is not in the document. */
  private differs: SwitchyardError | undefined;
  /** Why the document could not be read again. */
  private unread: SwitchyardError | undefined;

  constructor(private readonly options: OpenApiOptions) {
    const { server, environment, logger, guard } = options;
    this.settings = server.openapi ?? create(OpenApiSettingsSchema);
    this.client = new ApiClient(guard);
    this.source = new DocumentSource(server, this.settings, environment, this.client);
    this.tokens = new ClientCredentials(server.name, this.client);
    this.rules = new ResponseRules(this.settings);
    this.session = new KeptSession<ReadDocument>({
      name: server.name,
      logger,
      open: () => this.open(),
      end: () => Promise.resolve(),
      onChange: (opened) => {
        if (opened) this.show(opened);
        options.onChange();
      },
    });
  }

  get status(): ConnectionStatus {
    return this.session.status;
  }

  get lastError(): ErrorInfo | undefined {
    const notice = this.unread ?? this.differs;
    return this.session.lastError ?? (notice && toErrorInfo(notice));
  }

  attempt(): Promise<void> {
    return this.session.attempt();
  }

  async reach(timeoutMs: number): Promise<void> {
    await this.session.opened(timeoutMs);
  }

  async close(): Promise<void> {
    this.stopping.abort(unavailable(this.options.server.name, 'it is closed'));
    clearTimeout(this.timer);
    await this.session.close();
    await this.client.close();
  }

  private async open(): Promise<ReadDocument> {
    this.source.forget();
    const document = await this.read();
    if (!document) throw unavailable(this.options.server.name, 'its document did not come');
    this.scheduleRefresh();
    return document;
  }

  /** @returns undefined where the document is what it was */
  private async read(): Promise<ReadDocument | undefined> {
    const { server, reader } = this.options;
    const text = await this.source.read(AbortSignal.any([this.stopping.signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]));
    if (text === undefined) return undefined;
    const { hash } = this.source;
    try {
      // Reading may take seconds, and what was no document a moment ago is none now.
      if (this.rejected?.hash === hash) throw this.rejected.fault;
      const reading = reader.read(text, {
        baseUrl: this.settings.baseUrl,
        documentUrl: this.source.isRemote ? server.url : '',
        operations: this.settings.operations,
        credentials: Object.keys(this.settings.auth),
        ownHeaders: Object.keys(server.headerEnv).length > 0,
      });
      return await orAborted(reading, this.stopping.signal);
    } catch (error) {
      this.source.forget();
      if (!(error instanceof DocumentFault)) throw error;
      this.rejected = { hash, fault: error };
      throw new SwitchyardError(
        'tool_server.document_unusable',
        `The OpenAPI document of the tool server "${server.name}" cannot be used: ${error.message}.`,
        { details: { server: server.name }, cause: error },
      );
    }
  }

  private scheduleRefresh(): void {
    if (!this.source.isRemote || this.stopping.signal.aborted) return;
    clearTimeout(this.timer);
    const delay = (this.settings.refreshSeconds || DEFAULT_REFRESH_S) * 1_000;
    // Not all hosts at the same moment.
    this.timer = setTimeout(() => void this.refresh(), delay * (0.9 + Math.random() / 5));
    this.timer.unref();
  }

  /** What the API offers stays as it was where its document cannot be had: it is the API that is called, not the document. */
  private async refresh(): Promise<void> {
    try {
      const document = await this.read();
      if (this.stopping.signal.aborted) return;
      if (document) this.show(document);
      this.unread = undefined;
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const { server, logger } = this.options;
      const info = toErrorInfo(error);
      if (!this.unread) logger.warn({ err: error, server: server.name }, 'An OpenAPI document could not be read again');
      this.unread = new SwitchyardError(
        'tool_server.document_unread',
        `What "${server.name}" offers is as it was: ${info.message}`,
        { details: { server: server.name }, cause: error },
      );
    }
    this.scheduleRefresh();
    this.options.onChange();
  }

  private show(document: ReadDocument): void {
    const { server, environment, redactor, logger, version } = this.options;
    const { schemes, operations, unmet, oddities } = document;
    const documentUrl = this.source.isRemote ? server.url : '';
    const parts: ApiCallParts = {
      client: this.client,
      credentials: {
        server,
        environment,
        tokens: this.tokens,
        schemes,
        documentUrl,
        ...(redactor ? { redactor } : {}),
      },
      rules: this.rules,
      userAgent: `Switchyard/${version}`,
    };
    this.tools = operations.map((operation) => this.offer(operation, parts));
    this.listed = true;
    this.unread = undefined;
    for (const oddity of oddities) logger.warn({ server: server.name, oddity }, 'An OpenAPI document is odd');
    this.differs =
      unmet.length === 0
        ? undefined
        : new SwitchyardError('tool_server.document_differs', unmet.join(' '), { details: { server: server.name } });
  }

  private offer(operation: Operation, parts: ApiCallParts): OfferedTool {
    const { name, description, inputSchema, effect, fault } = operation;
    const call = new ApiCall(operation, parts);
    return {
      name,
      description,
      inputSchema,
      effectHint: effect,
      schemaChecked: true,
      ...(fault === undefined ? {} : { unusable: this.unusable(name, fault) }),
      call: (args, options) => call.perform(args, options),
    };
  }

  private unusable(name: string, fault: string): SwitchyardError {
    return new SwitchyardError('tool.operation_unusable', `The operation "${name}" cannot be called: ${fault}.`, {
      details: { server: this.options.server.name, operation: name },
    });
  }
}

/** Whoever closes does not wait until a large document has been read to its end. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
