import { createHash } from 'node:crypto';
import { cutUtf8, MAX_RESULT_BYTES, storable } from '../tools/output-limit.js';
import type { ToolPart } from '../tools/tool.js';

/** Bytes of UTF-8 that are kept of one result: as much as a server may answer at once. What is more is cut, and said. */
export const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** What the beginning takes of what a tool's limit allows; the end has the rest. */
const BEGINNING_SHARE = 0.8;

/** The whole text of a result, as it is kept. */
export interface WholeText {
  text: string;
  /** `sha256:` of it. */
  hash: string;
  /** In UTF-16, as offsets of `read_result` count. */
  characters: number;
  lines: number;
  /** It was more than is kept: the end is lost. */
  cut: boolean;
}

export interface Preview {
  /** Beginning and end with a note between them, then what is no text. */
  content: ToolPart[];
  whole: WholeText;
}

/**
 * What stands for a result that is larger than its tool's limit: its beginning and its end, how much it was, and how to read on. Pure.
 *
 * @returns undefined where the text fits, and where the tool may give the most that there is: then nothing is cut
 */
export function previewOf(callId: string, content: readonly ToolPart[], maxBytes: number): Preview | undefined {
  if (maxBytes >= MAX_RESULT_BYTES) return undefined;
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) <= maxBytes) return undefined;
  const whole = wholeOf(texts.join('\n'));
  const beginning = cutUtf8(whole.text, Math.floor(maxBytes * BEGINNING_SHARE));
  const end = endOf(whole.text, maxBytes - Buffer.byteLength(beginning));
  const text = `${beginning}\n${noteOf(callId, whole, beginning.length, end.length)}\n${end}`;
  return { content: [{ type: 'text', text }, ...content.filter((part) => part.type !== 'text')], whole };
}

function wholeOf(joined: string): WholeText {
  const clean = storable(joined);
  const text = cutUtf8(clean, MAX_KEPT_BYTES);
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return { text, hash, characters: text.length, lines, cut: text.length < clean.length };
}

function noteOf(callId: string, whole: WholeText, beginning: number, end: number): string {
  const left = whole.characters - beginning - end;
  const cut = whole.cut ? ` It was more than ${MAX_KEPT_BYTES} bytes: what came after that is lost.` : '';
  return (
    `[${left} characters are left out here, of ${whole.characters} in ${whole.lines} lines.${cut} Read on with read_result ` +
    `{"call_id": "${callId}", "offset": ${beginning}}, or look for a text in the whole with "query" in place of "offset".]`
  );
}

/** The longest end of a text that has at most so many bytes and begins at a whole character. */
function endOf(text: string, maxBytes: number): string {
  // No character has fewer bytes than code units.
  let from = Math.max(0, text.length - Math.max(0, maxBytes));
  while (from < text.length && Buffer.byteLength(text.slice(from)) > maxBytes) {
    const over = Buffer.byteLength(text.slice(from)) - maxBytes;
    from += Math.max(1, Math.floor(over / 3));
  }
  // Half a surrogate pair is no text.
  return text.slice(from).replace(/^[\udc00-\udfff]/u, '');
}
