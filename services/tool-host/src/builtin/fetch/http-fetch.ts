import type { ToolOutput } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { fetchGuarded, type FetchedPage } from './guarded-fetch.js';
import type { FetchGuard } from './guarded-target.js';
import { parseAddress, unsupported } from './page-address.js';
import { decodeBody, readableText, textKindOf } from './readable-text.js';
import { HEADERS_SCHEMA, requestHeaders } from './request-headers.js';

/** What is read of a page before its text is taken. */
const MAX_DOWNLOAD_BYTES = 1024 * 1024;
const MAX_OUTPUT_BYTES = 48 * 1024;
const MAX_HEADERS_LENGTH = 8 * 1024;
const NAME = 'http_fetch';

/** Reads what is at a public address. It changes nothing; what does is `http_request`. */
export function createHttpFetch(guard: FetchGuard): BuiltinTool {
  return {
    name: NAME,
    toolset: 'web',
    description:
      'Fetches a public web address with GET and gives its text: pages as readable text with links, JSON and plain text as they are.',
    parameters: objectSchema(
      {
        url: { type: 'string', description: 'The address, with http:// or https://.', minLength: 1, maxLength: 4_096 },
        method: { enum: ['GET', 'HEAD'], description: 'HEAD gives the status and the headers alone. Default GET.' },
        headers: HEADERS_SCHEMA,
      },
      ['url'],
    ),
    // GET is safe by its definition (RFC 9110, 9.2.1).
    effect: 'pure',
    timeoutMs: 30_000,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    untrusted: true,
    handler: async (args, { signal }) => {
      const url = parseAddress(textArgument(args, 'url'), NAME);
      const method = textArgument(args, 'method') || 'GET';
      const headers = requestHeaders(args['headers'], NAME);
      const page = await fetchGuarded(url, guard, { signal, method, headers, maxBytes: MAX_DOWNLOAD_BYTES });
      return describePage(page, method);
    },
  };
}

function describePage(page: FetchedPage, method: string): ToolOutput {
  const isError = page.status >= 400;
  const kind = textKindOf(page.contentType);
  const head = [`URL: ${page.url.href}`, `Status: ${page.status}`];
  if (method === 'HEAD') return { content: [{ type: 'text', text: [...head, headersOf(page)].join('\n') }], isError };
  if (!kind) throw unsupported(page);
  const body = decodeBody(page.body, page.contentType);
  const { title, text } = kind === 'html' ? readableText(body, page.url.href) : { title: '', text: body };
  if (title) head.push(`Title: ${title}`);
  if (page.cut) head.push(`Only the first ${MAX_DOWNLOAD_BYTES} bytes were read.`);
  return {
    content: [{ type: 'text', text: `${head.join('\n')}\n\n${text}` }],
    isError,
  };
}

/** A line a header, in the order of their names. */
function headersOf({ headers }: FetchedPage): string {
  return headers
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
    .slice(0, MAX_HEADERS_LENGTH);
}
