import type { FileHandle } from 'node:fs/promises';
import { text } from '../../tools/tool.js';
import { numberArgument, objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { openForReading, unreadable } from './open-for-reading.js';
import type { FilesRoot } from './safe-path.js';

/** The largest piece that one call reads. */
const MAX_READ_BYTES = 64 * 1024;
/** The longest UTF-8 character. */
const LONGEST_CHARACTER = 4;

export function createFileRead(root: FilesRoot): BuiltinTool {
  return {
    name: 'file_read',
    toolset: 'files',
    description:
      'Reads a text file of the files folder. Large files are read in pieces: give "offset" (bytes) to go on where the last piece ended.',
    parameters: objectSchema(
      {
        path: { type: 'string', description: 'Relative path, for example "notes/today.txt".', minLength: 1 },
        offset: { type: 'integer', description: 'Byte at which to begin. Default 0.', minimum: 0 },
        max_bytes: {
          type: 'integer',
          description: `Bytes to read at most. Default and limit ${MAX_READ_BYTES}.`,
          minimum: 1,
          maximum: MAX_READ_BYTES,
        },
      },
      ['path'],
    ),
    effect: 'pure',
    timeoutMs: 10_000,
    maxOutputBytes: MAX_READ_BYTES + 1_024,
    untrusted: true,
    handler: async (args) => {
      const path = textArgument(args, 'path');
      const { real, shown } = await root.resolve(path);
      const handle = await openForReading(real, path);
      try {
        const size = await sizeOfFile(handle, path);
        const offset = numberArgument(args, 'offset', 0);
        const piece = await readPiece(handle, offset, numberArgument(args, 'max_bytes', MAX_READ_BYTES));
        const end = offset + piece.length;
        const content = decodeText(piece, path);
        return text(
          end < size
            ? `${content}\n[${shown}: bytes ${offset} to ${end} of ${size}. Go on with offset ${end}.]`
            : content,
        );
      } finally {
        await handle.close();
      }
    },
  };
}

async function sizeOfFile(handle: FileHandle, path: string): Promise<number> {
  const stats = await handle.stat();
  if (stats.isDirectory()) throw unreadable(path, 'it is a folder; list it with file_list');
  if (!stats.isFile()) throw unreadable(path, 'it is no plain file');
  return stats.size;
}

/** A piece that ends at a whole character, unless that would leave nothing. */
async function readPiece(handle: FileHandle, offset: number, limit: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(limit, LONGEST_CHARACTER));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
  const piece = buffer.subarray(0, bytesRead);
  if (bytesRead < buffer.length) return piece;
  let end = piece.length;
  while (end > 0 && ((piece[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  // The first byte of a character that begins in this piece and goes on after it.
  const lead = piece[end - 1] ?? 0;
  const complete = lead < 0x80 || piece.length - end + 1 >= (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2);
  return complete ? piece : piece.subarray(0, end - 1);
}

function decodeText(bytes: Buffer, path: string): string {
  if (bytes.includes(0)) throw unreadable(path, 'it is not text');
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'it is not UTF-8 text', cause);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
