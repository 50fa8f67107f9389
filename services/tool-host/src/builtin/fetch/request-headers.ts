import type { JsonObject } from '@switchyard/contracts';
import { invalidArguments } from '../../tools/invalid-arguments.js';

/** Headers that say how a message travels, or for whom: not the caller's to write (RFC 9110, 7.6.1, and the Fetch standard's forbidden names). */
const NOT_THEIRS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
]);
/** RFC 9110, 5.6.2: token. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** RFC 9110, 5.5: visible characters and blanks; no line ends, which would begin another header. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]{0,4096}$/;
const MAX_HEADERS = 32;

/** What a tool's schema says of them. */
export const HEADERS_SCHEMA: JsonObject = {
  type: 'object',
  description: 'Headers of the request, by name.',
  additionalProperties: { type: 'string', maxLength: 4_096 },
  maxProperties: MAX_HEADERS,
};

/**
 * Headers that somebody gave, by their lower-case names.
 *
 * @throws SwitchyardError `tool.invalid_arguments`
 */
export function requestHeaders(given: unknown, tool: string): Record<string, string> {
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  return Object.fromEntries(
    entries.map(([name, value]: [string, unknown]) => {
      const lower = name.toLowerCase();
      const refused = (why: string) =>
        invalidArguments(tool, `The header ${JSON.stringify(name.slice(0, 64))} ${why}.`);
      if (!NAME.test(name)) throw refused('is no name of a header');
      if (NOT_THEIRS.has(lower)) throw refused('is set by the tool itself');
      if (typeof value !== 'string' || !VALUE.test(value)) throw refused('has a value that no header can have');
      return [lower, value];
    }),
  );
}
