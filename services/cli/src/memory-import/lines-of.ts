import { unreadable } from './candidate.js';
import type { SwitchyardError } from '@switchyard/contracts';

/** A line, or why it is none. */
export type Line = { number: number; text: string } | { number: number; error: SwitchyardError };

/** Bytes of a line at most: what is longer is no memory, and is not held. */
export const MAX_LINE = 1024 * 1024;

/** The lines of a file of any length; no more than one of them is held at a time. Empty ones are passed over. */
export async function* linesOf(input: AsyncIterable<Uint8Array>, most = MAX_LINE): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  for await (const chunk of input) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      size += end - from;
      if (size <= most) parts.push(chunk.subarray(from, end));
      yield* lineOf(parts, size, number++, most);
      parts = [];
      size = 0;
      from = end + 1;
    }
    size += chunk.length - from;
    if (size <= most) parts.push(chunk.subarray(from));
    else parts = [];
  }
  yield* lineOf(parts, size, number, most);
}

const LINE_FEED = 0x0a;

function* lineOf(parts: readonly Uint8Array[], size: number, number: number, most: number): Generator<Line> {
  if (size > most) {
    yield { number, error: unreadable(`It is longer than ${most} bytes.`) };
    return;
  }
  try {
    const text = decoder.decode(Buffer.concat(parts)).replace(/^\ufeff/, '');
    if (text.trim() !== '') yield { number, text };
  } catch {
    // The only failure of a strict decoder.
    yield { number, error: unreadable('It is not UTF-8.') };
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });
