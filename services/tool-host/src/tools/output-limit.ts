import type { ToolPart } from './tool.js';

export interface LimitedOutput {
  content: ToolPart[];
  truncated: boolean;
}

/** Images are measured apart from text, and in total. */
export const MAX_IMAGE_BYTES = 512 * 1024;
/**
 * A whole result as JSON, so that it fits into one NATS message (1 MiB by default) together with its envelope: text full of
 * control characters grows to six times its size.
 */
const MAX_JSON_BYTES = 900 * 1024;

/** Cuts the text at `maxBytes` of UTF-8 and says so in the text; images that do not fit are replaced by a note. */
export function limitOutput(content: readonly ToolPart[], maxBytes: number): LimitedOutput {
  const total = content.reduce((sum, part) => sum + (part.type === 'text' ? Buffer.byteLength(part.text) : 0), 0);
  let textBudget = maxBytes;
  let imageBudget = MAX_IMAGE_BYTES;
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
  if (Buffer.byteLength(JSON.stringify(kept)) <= MAX_JSON_BYTES) return { content: kept, truncated };
  const note = `[The output is left out: as JSON it is larger than ${MAX_JSON_BYTES} bytes.]`;
  return { content: [{ type: 'text', text: note }], truncated: true };
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
function storable(value: string): string {
  return Buffer.from(value.replaceAll('\u0000', '')).toString();
}
