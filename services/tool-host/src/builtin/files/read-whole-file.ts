import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { SwitchyardError } from '@switchyard/contracts';
import { fileReason } from './file-reason.js';
import { isMissing, notFound, type FilesRoot } from './safe-path.js';

/**
 * A text file of the files folder, whole.
 *
 * @throws SwitchyardError `tool.path_refused`, `tool.file_not_found`, `tool.file_unreadable`
 */
export async function readWholeFile(root: FilesRoot, path: string, maxBytes: number): Promise<string> {
  const { real } = await root.resolve(path);
  try {
    // O_NOFOLLOW: a link put there since the check is not followed. O_NONBLOCK: a pipe does not hold us up.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw unreadable(path, 'it is no plain file');
      if (stats.size > maxBytes)
        throw unreadable(path, `it has ${stats.size} bytes, and ${maxBytes} may be read at once`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof SwitchyardError) throw cause;
    throw isMissing(cause) ? notFound(path, cause) : unreadable(path, fileReason(cause), cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): SwitchyardError {
  const shown = path.slice(0, 200);
  return new SwitchyardError('tool.file_unreadable', `"${shown}" cannot be read: ${why}.`, {
    details: { path: shown },
    cause,
  });
}
