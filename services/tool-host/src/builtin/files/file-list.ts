import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { codeOf } from '../../shared/error-text.js';
import { text } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { fileReason } from './file-reason.js';
import { isMissing, notFound, type FilesRoot } from './safe-path.js';

/** More entries than this are counted, not named. */
const MAX_ENTRIES = 1_000;
const MAX_DEPTH = 8;

interface Entry {
  path: string;
  type: 'file' | 'folder' | 'link' | 'other';
  bytes: number;
}

export function createFileList(root: FilesRoot): BuiltinTool {
  return {
    name: 'file_list',
    toolset: 'files',
    description: 'Lists a folder of the files folder: names, types and sizes.',
    parameters: objectSchema({
      path: { type: 'string', description: 'Relative path of the folder. Default: the files folder itself.' },
      recursive: { type: 'boolean', description: `With what is in the folders below, ${MAX_DEPTH} levels deep.` },
    }),
    effect: 'pure',
    timeoutMs: 10_000,
    maxOutputBytes: 64 * 1024,
    handler: async (args, { signal }) => {
      const path = textArgument(args, 'path') || '.';
      const { real } = await root.resolve(path);
      const entries: Entry[] = [];
      const complete = await collect(real, '', args['recursive'] === true ? MAX_DEPTH : 1, entries, signal).catch(
        (cause: unknown) => {
          throw unlistable(path, cause);
        },
      );
      const lines = entries.map(({ path: name, type, bytes }) =>
        type === 'folder' ? `${name}/` : type === 'file' ? `${name} (${bytes} bytes)` : `${name} (${type})`,
      );
      if (!complete) lines.push(`[More than ${MAX_ENTRIES} entries: list a folder below.]`);
      return text(lines.length === 0 ? 'The folder is empty.' : lines.join('\n'));
    },
  };
}

/** False where there was more than fits. Links are named, never followed. */
async function collect(
  folder: string,
  prefix: string,
  depth: number,
  into: Entry[],
  signal: AbortSignal,
): Promise<boolean> {
  const names = (await readdir(folder)).sort();
  for (const name of names) {
    signal.throwIfAborted();
    if (into.length >= MAX_ENTRIES) return false;
    const stats = await lstat(join(folder, name)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (!stats) continue;
    const type = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
    into.push({ path: prefix + name, type, bytes: stats.size });
    if (type === 'folder' && depth > 1) {
      if (!(await collect(join(folder, name), `${prefix}${name}/`, depth - 1, into, signal))) return false;
    }
  }
  return true;
}

function unlistable(path: string, cause: unknown): unknown {
  if (cause instanceof SwitchyardError || codeOf(cause) === '') return cause;
  if (codeOf(cause) === 'ENOENT') return notFound(path, cause);
  const why = codeOf(cause) === 'ENOTDIR' ? 'it is no folder; read it with file_read' : fileReason(cause);
  return new SwitchyardError('tool.file_unreadable', `"${path}" cannot be listed: ${why}.`, {
    details: { path },
    cause,
  });
}
