import { SwitchyardError } from '@switchyard/contracts';
import type { ToolOutput } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { fetchGuarded, type FetchedPage } from './guarded-fetch.js';
import { shown, systemResolve, type FetchGuard, type ResolveName } from './guarded-target.js';
import { decodeBody, mediaTypeOf, readableText, textKindOf } from './readable-text.js';

/** What is read of a page before its text is taken. */
const MAX_DOWNLOAD_BYTES = 1024 * 1024;
const MAX_OUTPUT_BYTES = 48 * 1024;

/** @param allow `host:port` that may be reached although it is private */
export function createHttpFetch(allow: readonly string[], resolve: ResolveName = systemResolve): BuiltinTool {
  const guard: FetchGuard = { allow: new Set(allow.map((entry) => entry.toLowerCase())), resolve };
  return {
    name: 'http_fetch',
    toolset: 'web',
    description:
      'Fetches a public web address with GET and gives its text: pages as readable text with links, JSON and plain text as they are.',
    parameters: objectSchema(
      {
        url: { type: 'string', description: 'The address, with http:// or https://.', minLength: 1, maxLength: 4_096 },
      },
      ['url'],
    ),
    // GET is safe by its definition (RFC 9110, 9.2.1).
    effect: 'pure',
    timeoutMs: 30_000,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    handler: async (args, { signal }) => {
      const page = await fetchGuarded(parseAddress(textArgument(args, 'url')), guard, {
        signal,
        maxBytes: MAX_DOWNLOAD_BYTES,
      });
      return describePage(page);
    },
  };
}

function parseAddress(given: string): URL {
  const address = given.trim();
  // "example.com/page" is what people write.
  const full =
    /^[a-z][a-z0-9+.-]*:/i.test(address) && !/^[\w.-]+:\d+(\/|$)/.test(address) ? address : `https://${address}`;
  if (URL.canParse(full)) return new URL(full);
  throw new SwitchyardError(
    'tool.invalid_arguments',
    `"${address.slice(0, 200)}" is no web address. Give one such as "https://example.com/".`,
    {
      details: { tool: 'http_fetch' },
    },
  );
}

function describePage(page: FetchedPage): ToolOutput {
  const kind = textKindOf(page.contentType);
  const head = [`URL: ${page.url.href}`, `Status: ${page.status}`];
  if (!kind) {
    throw new SwitchyardError(
      'tool.unsupported_content',
      `${shown(page.url)} is ${mediaTypeOf(page.contentType)}: only text, pages, JSON and XML are read.`,
      { details: { content_type: mediaTypeOf(page.contentType), status: page.status } },
    );
  }
  const body = decodeBody(page.body, page.contentType);
  const { title, text } = kind === 'html' ? readableText(body, page.url.href) : { title: '', text: body };
  if (title) head.push(`Title: ${title}`);
  if (page.cut) head.push(`Only the first ${MAX_DOWNLOAD_BYTES} bytes were read.`);
  return {
    content: [{ type: 'text', text: `${head.join('\n')}\n\n${text}` }],
    isError: page.status >= 400,
  };
}
