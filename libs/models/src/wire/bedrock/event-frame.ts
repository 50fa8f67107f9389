import { crc32 } from './crc32.js';

/**
 * A frame of `application/vnd.amazon.eventstream`, all numbers big-endian: total length (4), length of the headers (4),
 * CRC-32 of these eight bytes (4), headers, payload, CRC-32 of all before (4). Source: "Event stream encoding" in AWS's
 * documentation, and the limits of aws-c-event-stream.
 */
export interface EventFrame {
  /** Those whose value is text, such as `:event-type`; others say nothing to us. */
  headers: Record<string, string>;
  payload: Uint8Array;
}

/** Total length, length of the headers, and their checksum. */
export const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
const MIN_FRAME_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;
/** The largest frame that AWS's own libraries take. */
export const MAX_FRAME_BYTES = 16 * 1_024 * 1_024;
const MAX_HEADER_BYTES = 128 * 1_024;

/** How many bytes a header's value takes, by its type; those of types 6 and 7 begin with their length. */
const VALUE_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const BYTES_TYPE = 6;
const TEXT_TYPE = 7;

/** Why bytes are not a frame. */
export class FrameDamage extends Error {
  override readonly name = 'FrameDamage';
}

/** The length of the frame that begins with these twelve bytes. @throws FrameDamage */
export function frameLength(prelude: Uint8Array): number {
  const view = viewOf(prelude);
  if (view.getUint32(8) !== crc32(prelude.subarray(0, 8)))
    throw new FrameDamage('the beginning of a frame fails its checksum');
  const total = view.getUint32(0);
  const headers = view.getUint32(4);
  if (total > MAX_FRAME_BYTES) throw new FrameDamage(`a frame of ${total} bytes, more than ${MAX_FRAME_BYTES}`);
  if (headers > MAX_HEADER_BYTES || total < MIN_FRAME_BYTES + headers)
    throw new FrameDamage(`a frame of ${total} bytes with headers of ${headers}`);
  return total;
}

/** Reads one whole frame. @throws FrameDamage */
export function readFrame(bytes: Uint8Array): EventFrame {
  const view = viewOf(bytes);
  const end = bytes.length - CHECKSUM_BYTES;
  if (frameLength(bytes.subarray(0, PRELUDE_BYTES)) !== bytes.length)
    throw new FrameDamage('a frame of another length');
  if (view.getUint32(end) !== crc32(bytes.subarray(0, end))) throw new FrameDamage('a frame fails its checksum');
  const headersEnd = PRELUDE_BYTES + view.getUint32(4);
  return {
    headers: readHeaders(bytes.subarray(PRELUDE_BYTES, headersEnd)),
    payload: bytes.subarray(headersEnd, end),
  };
}

/** Writes a frame with text headers. */
export function writeFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Uint8Array {
  const written = Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => {
      const text = Buffer.from(value);
      const length = Buffer.alloc(3);
      length.writeUInt8(TEXT_TYPE, 0);
      length.writeUInt16BE(text.length, 1);
      return [Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), length, text];
    }),
  );
  const frame = Buffer.alloc(MIN_FRAME_BYTES + written.length + payload.length);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(written.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(written, PRELUDE_BYTES);
  frame.set(payload, PRELUDE_BYTES + written.length);
  const end = frame.length - CHECKSUM_BYTES;
  frame.writeUInt32BE(crc32(frame.subarray(0, end)), end);
  return frame;
}

/** Each header: length of the name (1), name, type (1), value. */
function readHeaders(bytes: Uint8Array): Record<string, string> {
  const headers: [string, string][] = [];
  const view = viewOf(bytes);
  const text = new TextDecoder();
  const need = (end: number): number => {
    if (end > bytes.length) throw new FrameDamage('headers that end too early');
    return end;
  };
  for (let at = 0; at < bytes.length;) {
    const nameEnd = need(at + 2 + view.getUint8(at)) - 1;
    const name = text.decode(bytes.subarray(at + 1, nameEnd));
    const type = view.getUint8(nameEnd);
    const prefixed = type === BYTES_TYPE || type === TEXT_TYPE;
    const start = need(nameEnd + 1 + (prefixed ? 2 : 0));
    const length = prefixed ? view.getUint16(start - 2) : VALUE_BYTES[type];
    if (length === undefined) throw new FrameDamage(`a header of the unknown type ${type}`);
    at = need(start + length);
    if (type === TEXT_TYPE) headers.push([name, text.decode(bytes.subarray(start, at))]);
  }
  return Object.fromEntries(headers);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
