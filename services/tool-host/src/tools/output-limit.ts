import { SwitchyardError } from '@switchyard/contracts';
import type { ToolPart } from './tool.js';

export interface LimitedOutput {
  content: ToolPart[];
  truncated: boolean;
}

/** Images are measured apart from text, and in total; where a tool may give more text than this, it may give as much of images. */
export const MAX_IMAGE_BYTES = 512 * 1024;
/** All of a result: texts in UTF-8, and images as they are written. What is more is no result. */
export const MAX_RESULT_BYTES = 4 * 1024 * 1024;

/**
 * @param maxBytes what the tool's definition allows: where it allows the most that there is, nothing is cut, and what is more
 *   is refused
 * @throws SwitchyardError `tool.output_too_large`
 */
export function limitedResult(content: readonly ToolPart[], maxBytes: number): LimitedOutput {
  if (maxBytes >= MAX_RESULT_BYTES) refuseLarger(content);
  const limited = limitOutput(content, maxBytes);
  refuseLarger(limited.content);
  return limited;
}

function refuseLarger(content: readonly ToolPart[]): void {
  const bytes = content.reduce((sum, part) => sum + bytesOf(part), 0);
  if (bytes <= MAX_RESULT_BYTES) return;
  throw new SwitchyardError(
    'tool.output_too_large',
    `The tool ran and gave ${bytes} bytes, and a result has at most ${MAX_RESULT_BYTES}: it is left out. Ask for less, or for a part of it.`,
    { details: { bytes, limit: MAX_RESULT_BYTES } },
  );
}

function bytesOf(part: ToolPart): number {
  return part.type === 'text' ? Buffer.byteLength(part.text) : part.data.length;
}

/** Cuts the text at `maxBytes` of UTF-8 and says so in the text; images that do not fit are replaced by a note. */
export function limitOutput(content: readonly ToolPart[], maxBytes: number): LimitedOutput {
  const total = content.reduce((sum, part) => sum + (part.type === 'text' ? Buffer.byteLength(part.text) : 0), 0);
  let textBudget = maxBytes;
  let imageBudget = Math.max(MAX_IMAGE_BYTES, maxBytes);
  let truncated = false;
  const kept: ToolPart[] = [];
  for (const part of content) {
    if (part.type === 'image') {
      const fits = part.data.length <= imageBudget;
      if (fits) imageBudget -= part.data.length;
      truncated ||= !fits;
      kept.push(
        fits ? part : { type: 'text', text: `[An image of ${part.data.length} bytes was left out: too large.]` },
      );
      continue;
    }
    const clean = storable(part.text);
    const cut = cutUtf8(clean, textBudget);
    if (cut.length < clean.length) {
      if (textBudget > 0) kept.push({ type: 'text', text: `${cut}\n${cutNote(maxBytes, total)}` });
      truncated = true;
      textBudget = 0;
    } else {
      kept.push({ type: 'text', text: clean });
      textBudget -= Buffer.byteLength(clean);
    }
  }
  return { content: kept, truncated };
}

function cutNote(maxBytes: number, total: number): string {
  return `[Output cut: ${maxBytes} of ${total} bytes are shown. Ask for less, or for a part of it.]`;
}

/** The longest beginning of a text that has at most so many bytes of UTF-8 and ends at a whole character. */
export function cutUtf8(value: string, maxBytes: number): string {
  if (Buffer.byteLength(value) <= maxBytes) return value;
  const bytes = Buffer.from(value.slice(0, maxBytes + 1));
  let end = Math.max(0, maxBytes);
  // A continuation byte is 10xxxxxx: step back to the first byte of the character that would be torn.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** What Postgres' jsonb can hold: no NUL, and no lone surrogates, which a way over UTF-8 replaces. */
export function storable(value: string): string {
  return Buffer.from(value.replaceAll('\u0000', '')).toString();
}
