import type { JsonObject } from '@switchyard/contracts';
import { validateArguments } from '@switchyard/models';
import { traceHeaders } from '@switchyard/telemetry';
import type { CallOptions } from '../servers/server-connection.js';
import type { ToolOutput } from '../tools/tool.js';
import { readAnswer } from './answer/read-answer.js';
import type { ResponseRules } from './answer/response-rules.js';
import { credentialsFor, type CallCredentials, type CredentialSources } from './auth/call-credentials.js';
import type { ApiAnswer, ApiClient } from './http/api-client.js';
import { failureOfRequest } from './http/api-failure.js';
import type { Operation } from './operation.js';
import type { ApiRequest } from './request/api-request.js';
import { buildRequest, invalid, joined } from './request/build-request.js';

/** The name that most APIs have for it, and the draft of the IETF (draft-ietf-httpapi-idempotency-key-header). */
const IDEMPOTENCY_KEY = 'idempotency-key';
const UNAUTHORIZED = 401;

export interface ApiCallParts {
  client: Pick<ApiClient, 'send'>;
  credentials: CredentialSources;
  rules: ResponseRules;
  /** Of Switchyard, for APIs that ask who calls. */
  userAgent: string;
}

/** One call of an operation: its request, sent with its credentials, and what came back. */
export class ApiCall {
  constructor(
    private readonly operation: Operation,
    private readonly parts: ApiCallParts,
  ) {}

  /**
   * A request that cannot have reached the API is sent once more, and so is one whose connection broke, where it may be repeated, and
   * one whose access token was not taken.
   *
   * @throws SwitchyardError `tool.invalid_arguments`, `tool.unavailable`, `tool.unauthorized`, `tool.url_refused`, `tool.disconnected`, …
   */
  async perform(args: JsonObject, options: CallOptions): Promise<ToolOutput> {
    // Before anything is sent: what is wrong with the arguments is no doubt.
    this.refuseOutdated(args);
    const request = buildRequest(this.operation, args);
    const credentials = await this.credentials(options);
    const answer = await this.sendUntilAnswered(request, credentials, options);
    if (answer.status !== UNAUTHORIZED || credentials.grants.length === 0) return this.read(answer, request);
    credentials.grants.forEach((grant) => this.parts.credentials.tokens.forget(grant));
    const renewed = await this.credentials(options);
    return this.read(await this.sendUntilAnswered(request, renewed, options), request);
  }

  /**
   * An agent may have an earlier version of the tool, until somebody accepts what the document says now. What it then leaves out or adds
   * must not be dropped on the way: without its filter a request may mean everything.
   */
  private refuseOutdated(args: JsonObject): void {
    const verdict = validateArguments(this.operation.inputSchema, args);
    if (!verdict.ok)
      throw invalid(this.operation, `the document of the API has another form for them by now. ${verdict.reason}`);
  }

  private async credentials({ signal, tenant }: CallOptions): Promise<CallCredentials> {
    const credentials = await credentialsFor(this.operation, this.parts.credentials, tenant);
    signal.throwIfAborted();
    return credentials;
  }

  private read(answer: ApiAnswer, { url: requested }: ApiRequest): ToolOutput {
    return readAnswer(this.operation, answer, { requested, rules: this.parts.rules.of(this.operation) });
  }

  private async sendUntilAnswered(
    request: ApiRequest,
    credentials: CallCredentials,
    options: CallOptions,
  ): Promise<ApiAnswer> {
    const { server } = this.parts.credentials;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.send(request, credentials, options);
      } catch (cause) {
        options.signal.throwIfAborted();
        const failure = failureOfRequest(server.name, this.operation.name, cause);
        const isBroken = failure.error.code === 'tool.disconnected';
        const again = failure.notExecuted || (isBroken && options.repeatable);
        if (!again || attempt > 1) throw failure.error;
      }
    }
  }

  private send(request: ApiRequest, credentials: CallCredentials, options: CallOptions): Promise<ApiAnswer> {
    const { method, headers, cookies, body } = request;
    // A copy: what is read and told of the address later is without credentials.
    const url = new URL(request.url);
    const query = [url.search.slice(1), joined(credentials.query)].filter((part) => part !== '');
    url.search = query.join('&');
    const allCookies = [...cookies, ...credentials.cookies].join('; ');
    return this.parts.client.send({
      method,
      url,
      headers: {
        accept: 'application/json, text/*;q=0.9, */*;q=0.5',
        'user-agent': this.parts.userAgent,
        ...traceHeaders(),
      },
      ownHeaders: {
        ...headers,
        ...(isWrite(method) ? { [IDEMPOTENCY_KEY]: options.callId } : {}),
        ...(allCookies === '' ? {} : { cookie: allCookies }),
        ...credentials.headers,
      },
      ...(body === undefined ? {} : { body }),
      fresh: !options.repeatable,
      signal: options.signal,
    });
  }
}

function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}
