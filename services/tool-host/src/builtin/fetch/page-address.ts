import { SwitchyardError } from '@switchyard/contracts';
import { invalidArguments } from '../../tools/invalid-arguments.js';
import type { FetchedPage } from './guarded-fetch.js';
import { shown } from './guarded-target.js';
import { mediaTypeOf } from './readable-text.js';

/** @throws SwitchyardError `tool.invalid_arguments` */
export function parseAddress(given: string, tool: string): URL {
  const address = given.trim();
  // "example.com/page" is what people write.
  const full =
    /^[a-z][a-z0-9+.-]*:/i.test(address) && !/^[\w.-]+:\d+(\/|$)/.test(address) ? address : `https://${address}`;
  if (URL.canParse(full)) return new URL(full);
  throw invalidArguments(
    tool,
    `"${address.slice(0, 200)}" is no web address. Give one such as "https://example.com/".`,
  );
}

export function unsupported({ url, contentType, status }: FetchedPage): SwitchyardError {
  return new SwitchyardError(
    'tool.unsupported_content',
    `${shown(url)} is ${mediaTypeOf(contentType)}: only text, pages, JSON and XML are read.`,
    { details: { content_type: mediaTypeOf(contentType), status } },
  );
}
