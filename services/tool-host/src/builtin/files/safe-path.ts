import { mkdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { codeOf } from '../../shared/error-text.js';
import { fileReason } from './file-reason.js';

const MAX_PATH_LENGTH = 1_024;

/** A place below the files folder, with every link on the way to it resolved. */
export interface SafePath {
  /** Where to open it. */
  real: string;
  /** For people: relative to the folder, with "/". */
  shown: string;
}

/**
 * Paths of the file tools: relative, below one folder, and no link may lead out of it.
 *
 * @throws SwitchyardError `tool.path_refused` for what would lead out, `tool.file_not_found` where the folder on the way is missing.
 */
export class FilesRoot {
  constructor(private readonly folder: string) {}

  /** The real path of something that exists or whose folder exists. */
  async resolve(path: string): Promise<SafePath> {
    const root = await this.realRoot();
    const wanted = this.within(root, path);
    const real = await realOrParent(wanted, path).catch((error: unknown) => {
      throw judged(path, error);
    });
    if (!isBelow(root, real)) throw refused(path, 'a link on the way leads out of the files folder');
    return { real, shown: relative(root, wanted).split(sep).join('/') || '.' };
  }

  /** Like `resolve`, after making the folders on the way. */
  async resolveForWriting(path: string): Promise<SafePath> {
    const root = await this.realRoot();
    const wanted = this.within(root, path);
    if (wanted === root) throw refused(path, 'it is a folder, the files folder itself');
    const folder = dirname(wanted);
    // Before anything is made: the part of the way that exists must not lead out.
    const existing = await deepestExisting(folder).catch((error: unknown) => {
      throw judged(path, error);
    });
    if (!isBelow(root, existing)) throw refused(path, 'a link on the way leads out of the files folder');
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw judged(path, error);
    });
    return this.resolve(path);
  }

  private async realRoot(): Promise<string> {
    // What agents keep is for nobody else on this machine.
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return realpath(this.folder);
  }

  private within(root: string, path: string): string {
    if (path.length > MAX_PATH_LENGTH) throw refused(path, `it is longer than ${MAX_PATH_LENGTH} characters`);
    if (path.includes('\0')) throw refused(path, 'it holds a NUL character');
    if (isAbsolute(path) || /^[A-Za-z]:/.test(path) || path.startsWith('~')) {
      throw refused(path, 'it is not relative to the files folder');
    }
    const wanted = resolve(root, path.replaceAll('\\', '/'));
    if (!isBelow(root, wanted)) throw refused(path, 'it leads out of the files folder');
    return wanted;
  }
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** What does not exist yet is judged by its folder. A dangling link is not "not existing": it would be written through. */
async function realOrParent(wanted: string, path: string): Promise<string> {
  try {
    return await realpath(wanted);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    return join(await realpath(dirname(wanted)), wanted.slice(dirname(wanted).length + 1));
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw notFound(path, cause);
  }
}

async function deepestExisting(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (!isMissing(error) || dirname(folder) === folder) throw error;
    return deepestExisting(dirname(folder));
  }
}

export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

export function notFound(path: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'tool.file_not_found',
    `There is no "${path.slice(0, 200)}" in the files folder. List what is there with file_list.`,
    { details: { path: path.slice(0, 200) }, cause },
  );
}

function judged(path: string, error: unknown): SwitchyardError {
  return error instanceof SwitchyardError ? error : refused(path, fileReason(error), error);
}

function refused(path: string, why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'tool.path_refused',
    `"${path.slice(0, 200)}" is refused: ${why}. Give a path relative to the files folder, such as "notes/today.txt".`,
    { details: { path: path.slice(0, 200) }, cause },
  );
}
