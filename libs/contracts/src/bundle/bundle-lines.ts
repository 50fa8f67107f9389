import { pipeline } from 'node:stream/promises';
import { PassThrough, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SwitchyardError } from '../errors.js';
import { MAX_BUNDLE_LINE } from './bundle-format.js';

const GZIP_MAGIC = [0x1f, 0x8b];
const LINE_BREAK = 0x0a;

/** How much a reader takes. */
export interface BundleLimits {
  /** Bytes once they are unpacked: a small file could be a huge one. Default: no limit. */
  maxBytes?: number;
  /** Bytes of one line. */
  maxLine?: number;
}

/**
 * Lines of a bundle without their line breaks, whether it is packed or not, holding one line at a time.
 *
 * @throws SwitchyardError `bundle.truncated` (the file ends within), `bundle.damaged` (it cannot be unpacked),
 *   `bundle.too_large`
 */
export async function* bundleLines(file: AsyncIterable<Uint8Array>, limits: BundleLimits = {}): AsyncGenerator<Buffer> {
  const { maxBytes = Number.POSITIVE_INFINITY, maxLine = MAX_BUNDLE_LINE } = limits;
  let pending: Buffer[] = [];
  let length = 0;
  let total = 0;
  for await (const chunk of unpacked(file)) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge(`it has more than ${maxBytes} bytes once it is unpacked`);
    let from = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, from)) {
      const rest = chunk.subarray(from, end);
      yield pending.length === 0 ? rest : Buffer.concat([...pending, rest]);
      [pending, length, from] = [[], 0, end + 1];
    }
    const rest = chunk.subarray(from);
    if (rest.length === 0) continue;
    pending.push(rest);
    length += rest.length;
    if (length > maxLine) throw tooLarge(`a line of it has more than ${maxLine} bytes`);
  }
  if (length > 0) throw truncated('it ends within a line');
}

/** @param how it is known, in words */
export function truncated(how: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'bundle.truncated',
    `This bundle is not whole: ${how}. The export or a copy of it was broken off. Export it again, or copy it again.`,
    cause === undefined ? {} : { cause },
  );
}

function tooLarge(how: string): SwitchyardError {
  return new SwitchyardError(
    'bundle.too_large',
    `This bundle is too large: ${how}. Export it in parts (--since, --without runs), or raise SWITCHYARD_MAX_BUNDLE_BYTES.`,
  );
}

async function* unpacked(file: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const chunks = file[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= GZIP_MAGIC.length) break;
  }
  const all = Readable.from(joined(head, chunks), { objectMode: false });
  const isPacked = GZIP_MAGIC.every((byte, index) => head[index] === byte);
  const out: AsyncIterable<Buffer> = isPacked ? gunzipped(all) : all;
  try {
    for await (const chunk of out) yield Buffer.from(chunk);
  } catch (cause) {
    throw readError(cause);
  }
}

function gunzipped(packed: Readable): AsyncIterable<Buffer> {
  const out = new PassThrough();
  // The error reaches the reader by the stream, which the pipeline destroys with it.
  pipeline(packed, createGunzip(), out).catch((error: unknown) => out.destroy(asError(error)));
  return out;
}

async function* joined(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function readError(cause: unknown): unknown {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'Z_BUF_ERROR') return truncated('it cannot be unpacked to its end', cause);
  if (typeof code !== 'string' || !code.startsWith('Z_')) return cause;
  return new SwitchyardError(
    'bundle.damaged',
    'This bundle cannot be unpacked: it is not as it was written. Copy it again, or export it again.',
    { cause },
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : Object.assign(new Error(String(error)), error);
}
