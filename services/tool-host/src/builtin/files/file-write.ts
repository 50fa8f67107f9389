import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { text } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { fileReason } from './file-reason.js';
import { isMissing, type FilesRoot } from './safe-path.js';

export const MAX_WRITE_BYTES = 512 * 1024;

export function createFileWrite(root: FilesRoot): BuiltinTool {
  return {
    name: 'file_write',
    toolset: 'files',
    description:
      'Writes a text file in the files folder, whole: a file of that name is replaced, folders on the way are made.',
    parameters: objectSchema(
      {
        path: { type: 'string', description: 'Relative path, for example "notes/today.txt".', minLength: 1 },
        content: { type: 'string', description: `The whole text, at most ${MAX_WRITE_BYTES} bytes.` },
      },
      ['path', 'content'],
    ),
    // The same content twice leaves the same file.
    effect: 'idempotent',
    timeoutMs: 10_000,
    maxOutputBytes: 4_096,
    handler: async (args, { signal }) => {
      const path = textArgument(args, 'path');
      const content = textArgument(args, 'content');
      const bytes = Buffer.byteLength(content);
      if (bytes > MAX_WRITE_BYTES) throw unwritable(path, `${bytes} bytes are more than ${MAX_WRITE_BYTES}`);
      const { real, shown } = await root.resolveForWriting(path);
      await assertReplaceable(real, path);
      signal.throwIfAborted();
      await replaceFile(real, content).catch((cause: unknown) => {
        throw unwritable(path, fileReason(cause), cause);
      });
      return text(`Wrote ${bytes} bytes to ${shown}.`);
    },
  };
}

async function assertReplaceable(real: string, path: string): Promise<void> {
  try {
    const stats = await lstat(real);
    // `real` has its links resolved: a link here is a dangling one, or came since.
    if (!stats.isFile()) throw unwritable(path, stats.isDirectory() ? 'it is a folder' : 'it is no plain file');
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Beside it first, then in its place: a reader sees the old file or the new one, never a part. */
async function replaceFile(real: string, content: string): Promise<void> {
  const temporary = join(dirname(real), `.${basename(real).slice(0, 100)}.${randomBytes(6).toString('hex')}.new`);
  try {
    const handle = await open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o644,
    );
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, real);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function unwritable(path: string, why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError('tool.file_unwritable', `"${path.slice(0, 200)}" cannot be written: ${why}.`, {
    details: { path: path.slice(0, 200) },
    cause,
  });
}
