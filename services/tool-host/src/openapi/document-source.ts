import { createHash } from 'node:crypto';
import type { OpenApiSettings, ToolServer } from '@switchyard/contracts';
import { decodeBody } from '../builtin/fetch/readable-text.js';
import type { Environment } from '../servers/server-connection.js';
import { unavailable } from '../servers/server-failure.js';
import { headersFor } from '../servers/server-variables.js';
import type { ApiClient } from './http/api-client.js';
import { failureOfRequest } from './http/api-failure.js';

/** The largest published documents are of 30 MB (Microsoft Graph's). */
const MAX_DOCUMENT_BYTES = 32 * 1_024 * 1_024;

/** A document's text when it is not what was read before; undefined where it is. */
export class DocumentSource {
  /** Of the text that was read last. */
  hash = '';
  private validators: Record<string, string> = {};

  constructor(
    private readonly server: ToolServer,
    private readonly settings: OpenApiSettings,
    private readonly environment: Environment,
    private readonly client: Pick<ApiClient, 'send'>,
  ) {}

  /** Whether it may change. */
  get isRemote(): boolean {
    return this.settings.document === '';
  }

  /** @throws SwitchyardError `tool.unavailable`, `tool.url_refused`, `tool_server.env_missing` */
  async read(signal: AbortSignal): Promise<string | undefined> {
    const text = this.isRemote ? await this.fetch(signal) : this.settings.document;
    if (text === undefined) return undefined;
    const hash = createHash('sha256').update(text).digest('hex');
    if (hash === this.hash) return undefined;
    this.hash = hash;
    return text;
  }

  /** What was read could not be used: it is to be looked at again. */
  forget(): void {
    this.hash = '';
    this.validators = {};
  }

  private async fetch(signal: AbortSignal): Promise<string | undefined> {
    const { server, settings } = this;
    const url = new URL(server.url);
    const isOwn = settings.baseUrl === '' || new URL(settings.baseUrl).origin === url.origin;
    const answer = await this.client
      .send({
        method: 'GET',
        url,
        headers: { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5', ...this.validators },
        ownHeaders: isOwn ? headersFor(server, this.environment) : {},
        fresh: false,
        signal,
        maxBytes: MAX_DOCUMENT_BYTES,
      })
      .catch((cause: unknown) => {
        throw failureOfRequest(server.name, 'the document', cause).error;
      });
    if (answer.status === 304) return undefined;
    if (answer.status !== 200) throw unavailable(server.name, `its document was answered with HTTP ${answer.status}`);
    if (answer.cut) throw unavailable(server.name, `its document is larger than ${MAX_DOCUMENT_BYTES} bytes`);
    const [etag, modified] = [answer.headers.get('etag'), answer.headers.get('last-modified')];
    this.validators = etag ? { 'if-none-match': etag } : modified ? { 'if-modified-since': modified } : {};
    return decodeBody(answer.body, answer.headers.get('content-type') ?? '');
  }
}
