import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { SwitchyardError } from '@switchyard/contracts';
import { fileReason } from './file-reason.js';
import { isMissing, notFound } from './safe-path.js';

/**
 * @param real as `FilesRoot` resolved it
 * @param path as it was given, for the errors
 * @throws SwitchyardError `tool.file_not_found`, `tool.file_unreadable`
 */
export async function openForReading(real: string, path: string): Promise<FileHandle> {
  try {
    // O_NOFOLLOW: a link put there since the check is not followed. O_NONBLOCK: a pipe does not hold us up.
    return await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (isMissing(cause)) throw notFound(path, cause);
    throw unreadable(path, fileReason(cause), cause);
  }
}

export function unreadable(path: string, why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError('tool.file_unreadable', `"${path}" cannot be read: ${why}.`, { details: { path }, cause });
}
