import type { ToolOutput } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { fetchGuarded, type FetchedPage } from './guarded-fetch.js';
import type { FetchGuard } from './guarded-target.js';
import { markdownOf } from './markdown.js';
import { parseAddress, unsupported } from './page-address.js';
import { decodeBody, textKindOf } from './readable-text.js';

const MAX_DOWNLOAD_BYTES = 4 * 1024 * 1024;
const MAX_OUTPUT_BYTES = 64 * 1024;

/** Reads a page as Markdown. */
export function createWebRead(guard: FetchGuard): BuiltinTool {
  return {
    name: 'web_read',
    toolset: 'web',
    description:
      'Reads a public web page as Markdown: what the page is about, with headings, lists, tables, code and links, without menus and scripts.',
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
    untrusted: true,
    handler: async (args, { signal }) => {
      const url = parseAddress(textArgument(args, 'url'), 'web_read');
      return describe(await fetchGuarded(url, guard, { signal, maxBytes: MAX_DOWNLOAD_BYTES }));
    },
  };
}

function describe(page: FetchedPage): ToolOutput {
  const kind = textKindOf(page.contentType);
  if (!kind) throw unsupported(page);
  const body = decodeBody(page.body, page.contentType);
  const { title, markdown } = kind === 'html' ? markdownOf(body, page.url.href) : { title: '', markdown: body };
  const head = [
    `URL: ${page.url.href}`,
    ...(page.status >= 400 ? [`Status: ${page.status}`] : []),
    ...(title === '' ? [] : [`Title: ${title}`]),
    ...(page.cut ? [`Only the first ${MAX_DOWNLOAD_BYTES} bytes were read.`] : []),
  ];
  return { content: [{ type: 'text', text: `${head.join('\n')}\n\n${markdown}` }], isError: page.status >= 400 };
}
