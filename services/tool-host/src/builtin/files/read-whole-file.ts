import { SwitchyardError } from '@switchyard/contracts';
import { fileReason } from './file-reason.js';
import { openForReading, unreadable } from './open-for-reading.js';
import type { FilesRoot } from './safe-path.js';

/**
 * A text file of the files folder, whole.
 *
 * @throws SwitchyardError `tool.path_refused`, `tool.file_not_found`, `tool.file_unreadable`
 */
export async function readWholeFile(root: FilesRoot, path: string, maxBytes: number): Promise<string> {
  const { real } = await root.resolve(path);
  const shown = path.slice(0, 200);
  const handle = await openForReading(real, shown);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreadable(shown, 'it is no plain file');
    if (stats.size > maxBytes)
      throw unreadable(shown, `it has ${stats.size} bytes, and ${maxBytes} may be read at once`);
    return await handle.readFile('utf8');
  } catch (cause) {
    throw cause instanceof SwitchyardError ? cause : unreadable(shown, fileReason(cause), cause);
  } finally {
    await handle.close();
  }
}
