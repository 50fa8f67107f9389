import domino, { type Page, type PageNode } from '@mixmark-io/domino';
import TurndownService from 'turndown';
import { SwitchyardError } from '@switchyard/contracts';
import { bounded } from '@switchyard/service';

/** Reading a page holds up the whole host; a large one of a newspaper takes a tenth of this. */
const TIME_LIMIT_MS = 2_000;

/** What no reader misses. */
const LEFT_OUT = [
  'script',
  'style',
  'noscript',
  'template',
  'nav',
  'footer',
  'aside',
  'form',
  'button',
  'iframe',
  'object',
  'canvas',
  'dialog',
] as const;

/** The elements of a page that hold what it is about, the surest first; where there is just one of them. */
const MAIN = ['main', '[role="main"]', 'article'];
/** Of a page's text, in characters, that its main part has at least. */
const LEAST_SHARE = 0.2;

export interface ReadPage {
  /** '' where there is none. */
  title: string;
  markdown: string;
}

/**
 * A page as Markdown: headings, lists, links with their whole addresses, code, tables; no scripts, menus or pictures' data.
 *
 * @throws SwitchyardError `tool.unsupported_content` for a page that takes too long to read, or too much of the stack
 */
export function markdownOf(html: string, baseUrl: string): ReadPage {
  const refused = (why: string, cause: unknown) =>
    new SwitchyardError(
      'tool.unsupported_content',
      `The page at ${baseUrl.slice(0, 200)} is built in such a way that reading it ${why}.`,
      { cause },
    );
  try {
    return bounded(
      TIME_LIMIT_MS,
      () => convert(html, baseUrl),
      (cause) => refused(`took longer than ${TIME_LIMIT_MS} ms`, cause),
    );
  } catch (error) {
    // By its name: it may be of another realm. Elements inside of elements, tens of thousands deep.
    if (error instanceof Object && 'name' in error && error.name === 'RangeError') throw refused('has no end', error);
    throw error;
  }
}

function convert(html: string, baseUrl: string): ReadPage {
  const page = domino.createDocument(html);
  const service = new TurndownService({
    headingStyle: 'atx',
    hr: '---',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
    emDelimiter: '*',
  });
  service.remove([...LEFT_OUT]);
  service.addRule('vector pictures', {
    filter: (node) => node.nodeName.toLowerCase() === 'svg',
    replacement: () => '',
  });
  service.addRule('links', {
    filter: (node) => node.nodeName === 'A',
    replacement: (content, node) => linkOf(content, attributeOf(node, 'href'), baseUrl),
  });
  service.addRule('pictures', {
    filter: 'img',
    replacement: (_, node) => {
      const shown = oneLine(attributeOf(node, 'alt'));
      return shown === '' ? '' : `[picture: ${shown}]`;
    },
  });
  service.addRule('cells', {
    filter: ['td', 'th'],
    replacement: (content) => ` ${oneLine(content).replaceAll('|', '\\|')} |`,
  });
  service.addRule('rows', { filter: 'tr', replacement: (content, node) => rowOf(content, node) });
  service.addRule('tables', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule('parts of tables', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content });
  const markdown = service
    .turndown(mainPartOf(page))
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return { title: oneLine(page.title), markdown };
}

function mainPartOf(page: Page): PageNode {
  const whole = page.body ?? page.documentElement;
  for (const selector of MAIN) {
    const found = page.querySelectorAll(selector);
    const [only] = Array.from(found);
    if (found.length === 1 && only && only.textContent.length >= whole.textContent.length * LEAST_SHARE) return only;
  }
  return whole;
}

function linkOf(content: string, href: string, baseUrl: string): string {
  const shown = oneLine(content);
  if (shown === '' || href === '' || href.startsWith('#') || !URL.canParse(href, baseUrl)) return shown;
  const url = new URL(href, baseUrl);
  // What a page says with these is not for a reader to follow.
  if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return shown;
  return shown === url.href ? `<${url.href}>` : `[${shown}](${url.href.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}

/** A row a line; after the first one the rule that makes it a table. */
function rowOf(content: string, node: PageNode): string {
  const cells = content.match(/(?<!\\)\|/g)?.length ?? 0;
  if (cells === 0) return '';
  const section = node.parentNode;
  const isFirst = !node.previousElementSibling && (section?.nodeName === 'TABLE' || !section?.previousElementSibling);
  return `\n|${content}${isFirst ? `\n|${' --- |'.repeat(cells)}` : ''}`;
}

function attributeOf(node: PageNode, name: string): string {
  return node.getAttribute(name)?.trim() ?? '';
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ').trim();
}
