import { convert } from 'html-to-text';
import { SwitchyardError } from '@switchyard/contracts';
import { bounded } from '@switchyard/service';

/** Reading a page holds up the whole host; a large one of a newspaper takes a tenth of this. */
const TIME_LIMIT_MS = 2_000;

export interface ReadableText {
  /** Of a web page; '' where there is none. */
  title: string;
  text: string;
}

/** What a content type is to a reader of text; undefined where it is none. */
export function textKindOf(contentType: string): 'html' | 'text' | undefined {
  const type = mediaTypeOf(contentType);
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  const isText =
    type === '' ||
    type.startsWith('text/') ||
    /[+/](json|xml|yaml|x-yaml|javascript|x-ndjson|toml)$/.test(type) ||
    type === 'application/x-www-form-urlencoded';
  return isText ? 'text' : undefined;
}

export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** A body as text, by the charset of its content type or, in a page, of its own `meta`; UTF-8 otherwise. */
export function decodeBody(body: Uint8Array, contentType: string): string {
  const beginning = new TextDecoder('latin1').decode(body.subarray(0, 1_024));
  const charset =
    /charset=["']?([\w.:-]+)/i.exec(contentType)?.[1] ?? /<meta[^>]+charset=["']?([\w.:-]+)/i.exec(beginning)?.[1];
  return decoderFor(charset).decode(body);
}

/**
 * The readable part of a page: no scripts, styles, menus or images; links with their addresses.
 *
 * @throws SwitchyardError `tool.unsupported_content` for a page that takes too long to read
 */
export function readableText(html: string, baseUrl: string): ReadableText {
  return bounded(
    TIME_LIMIT_MS,
    () => textOf(html, baseUrl),
    (cause) =>
      new SwitchyardError(
        'tool.unsupported_content',
        `The page at ${baseUrl.slice(0, 200)} is built in such a way that reading it took longer than ${TIME_LIMIT_MS} ms.`,
        { cause },
      ),
  );
}

function textOf(html: string, baseUrl: string): ReadableText {
  const title = /<title\b[^<>]{0,200}>([^<]{1,500})<\/title>/i.exec(html)?.[1] ?? '';
  const text = convert(html, {
    wordwrap: false,
    // Against pages made to be costly: depth and children far beyond any real page.
    limits: { maxDepth: 100, maxChildNodes: 20_000, ellipsis: '[…]' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'svg', format: 'skip' },
      { selector: 'nav', format: 'skip' },
      { selector: 'footer', format: 'skip' },
      { selector: 'noscript', format: 'skip' },
      { selector: 'template', format: 'skip' },
      { selector: 'a', options: { baseUrl, hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      // A row a line. Laid out as a table, with columns of one width, ten bytes of colspan would take all memory.
      { selector: 'table', format: 'block' },
      { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      ...['td', 'th'].map((selector) => ({ selector, format: 'inlineSurround', options: { suffix: ' | ' } })),
    ],
  });
  return { title: convert(title, { wordwrap: false }).trim(), text: text.replace(/\n{3,}/g, '\n\n').trim() };
}

function decoderFor(charset: string | undefined): Pick<InstanceType<typeof TextDecoder>, 'decode'> {
  try {
    return new TextDecoder(charset ?? 'utf-8');
  } catch (error) {
    // A charset that nobody knows: most of such a page is readable as UTF-8.
    if (error instanceof RangeError || (error instanceof Object && 'code' in error)) return new TextDecoder('utf-8');
    throw error;
  }
}
