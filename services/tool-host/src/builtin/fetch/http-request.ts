import type { JsonObject } from '@switchyard/contracts';
import { OutcomeInDoubt } from '../../tools/outcome-in-doubt.js';
import type { ToolContext, ToolOutput } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { invalidArguments } from '../../tools/invalid-arguments.js';
import { fetchGuarded, type FetchedPage } from './guarded-fetch.js';
import type { FetchGuard } from './guarded-target.js';
import { parseAddress } from './page-address.js';
import { decodeBody, mediaTypeOf, textKindOf } from './readable-text.js';
import { HEADERS_SCHEMA, requestHeaders } from './request-headers.js';

const NAME = 'http_request';
const MAX_BODY_LENGTH = 256 * 1024;
const MAX_DOWNLOAD_BYTES = 1024 * 1024;
const MAX_OUTPUT_BYTES = 48 * 1024;

/**
 * Sends a request that may change something. Redirects are not followed: what was meant for one place is not sent to another.
 *
 * @param methods that the operator allows, at least one
 */
export function createHttpRequest(guard: FetchGuard, methods: readonly string[]): BuiltinTool {
  return {
    name: NAME,
    toolset: 'web',
    description: `Sends an HTTP request that changes something (${methods.join(', ')}) to a public address, and gives the answer's status, headers and text.`,
    parameters: objectSchema(
      {
        url: { type: 'string', description: 'The address, with http:// or https://.', minLength: 1, maxLength: 4_096 },
        method: { enum: [...methods] },
        headers: HEADERS_SCHEMA,
        json: { description: 'The body, as any JSON value.' },
        body: { type: 'string', description: 'Instead of json: the body as text.', maxLength: MAX_BODY_LENGTH },
      },
      ['url', 'method'],
    ),
    effect: 'irreversible',
    timeoutMs: 60_000,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    untrusted: true,
    handler: (args, context) => send(guard, args, context),
  };
}

async function send(guard: FetchGuard, args: JsonObject, { signal, callId }: ToolContext): Promise<ToolOutput> {
  const url = parseAddress(textArgument(args, 'url'), NAME);
  const { body, type } = bodyOf(args);
  const page = await fetchGuarded(url, guard, {
    signal,
    maxBytes: MAX_DOWNLOAD_BYTES,
    method: textArgument(args, 'method'),
    headers: {
      accept: '*/*',
      ...(type === '' ? {} : { 'content-type': type }),
      // For who keeps one: draft-ietf-httpapi-idempotency-key-header. The same for every attempt at this call.
      'idempotency-key': callId,
      ...requestHeaders(args['headers'], NAME),
    },
    ...(body === undefined ? {} : { body }),
    followRedirects: false,
    // Sent, and no answer: who knows.
    lost: (code, message, options) => new OutcomeInDoubt(code, message, options),
  });
  return describe(page);
}

function bodyOf(args: JsonObject): { body?: string; type: string } {
  const { body, json } = args;
  if (body !== undefined && json !== undefined) throw invalidArguments(NAME, 'Give "json" or "body", not both.');
  if (json === undefined) return typeof body === 'string' ? { body, type: 'text/plain; charset=utf-8' } : { type: '' };
  const text = JSON.stringify(json);
  if (text.length > MAX_BODY_LENGTH)
    throw invalidArguments(NAME, `The body has ${text.length} characters, and ${MAX_BODY_LENGTH} may be sent.`);
  return { body: text, type: 'application/json' };
}

function describe(page: FetchedPage): ToolOutput {
  const { contentType, status, url, location } = page;
  const head = [
    `URL: ${url.href}`,
    `Status: ${status}`,
    ...(contentType === '' ? [] : [`Content-Type: ${mediaTypeOf(contentType)}`]),
    ...(location === '' ? [] : [`Location: ${location}`]),
    ...(page.cut ? [`Only the first ${MAX_DOWNLOAD_BYTES} bytes were read.`] : []),
  ];
  const text = textKindOf(contentType) ? decodeBody(page.body, contentType) : `[${page.body.length} bytes]`;
  return { content: [{ type: 'text', text: `${head.join('\n')}\n\n${text}`.trimEnd() }], isError: status >= 400 };
}
