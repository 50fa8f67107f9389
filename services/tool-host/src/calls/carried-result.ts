import { endOfPart } from '@switchyard/bus';
import {
  ContentReferenceSchema,
  contentAddress,
  create,
  ToolResultSchema,
  type JsonObject,
  type ToolResult,
} from '@switchyard/contracts';

/** JSON of a content that a message carries; what is more is had in parts. */
const MAX_CARRIED_BYTES = 256 * 1024;
/** JSON of a content that is cut for an asker who knows of no parts: with its envelope it fits into NATS' megabyte. */
const MAX_CUT_BYTES = 900 * 1024;
/** Characters of the beginning that stands for a content. */
const PREVIEW_CHARACTERS = 200;
/** What one character takes as JSON at most. */
const LONGEST_CHARACTER = 6;

/**
 * A result as a message carries it: a large content is replaced by its beginning and a reference to the whole, which the
 * ledger has.
 *
 * @param takesParts whether the asker fetches the rest; for others the content is cut to what a message can hold
 */
export function carriedResult(result: ToolResult, takesParts: boolean): ToolResult {
  const { content } = result;
  // Of nearly every result the length says that it is small.
  if (charactersOf(content) <= MAX_CARRIED_BYTES / LONGEST_CHARACTER) return result;
  const bytes = jsonBytes(content);
  if (bytes <= MAX_CARRIED_BYTES) return result;
  if (!takesParts) return bytes <= MAX_CUT_BYTES ? result : cutResult(result);
  const preview = { type: 'text', text: `${beginningOf(content)} [… ${bytes} bytes]` };
  const apart = create(ContentReferenceSchema, { hash: contentAddress(content), bytes });
  return create(ToolResultSchema, { ...result, content: [preview], apart });
}

function cutResult(result: ToolResult): ToolResult {
  let room = MAX_CUT_BYTES / 2;
  const content = result.content.flatMap((part): JsonObject[] => {
    const bytes = jsonBytes(part);
    if (bytes <= room) {
      room -= bytes;
      return [part];
    }
    const text = part['text'];
    const shown = typeof text === 'string' && room > 0 ? text.slice(0, endOfPart(text, 0, room)) : '';
    room = 0;
    return [
      { type: 'text', text: `${shown}\n[Cut: this part has ${bytes} bytes. Ask for less, or for a part of it.]` },
    ];
  });
  return create(ToolResultSchema, { ...result, content, truncated: true });
}

function beginningOf(content: readonly JsonObject[]): string {
  const text = content.find((part) => typeof part['text'] === 'string')?.['text'];
  // Half a surrogate pair is no text.
  return typeof text === 'string' ? text.slice(0, PREVIEW_CHARACTERS).replace(/[\ud800-\udbff]$/, '') : '';
}

function charactersOf(content: readonly JsonObject[]): number {
  return content.reduce(
    (sum, part) => sum + Object.values(part).reduce<number>((all, value) => all + lengthOf(value), 0),
    0,
  );
}

/** Parts are flat; what is not is measured as JSON. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 0;
}

function jsonBytes(value: JsonObject | readonly JsonObject[]): number {
  return Buffer.byteLength(JSON.stringify(value));
}
