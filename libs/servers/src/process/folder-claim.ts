import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { types } from 'node:util';
import { SwitchyardError } from '@switchyard/contracts';
import { reason } from '../run-command.js';
import { isAlive, startMark } from './process-info.js';

/** One process has a server's data folder at a time; its claim is a file that dies with it. */
export interface FolderClaim {
  release(): Promise<void>;
}

/** Folders claimed by this very process, which is alive by definition and may have forgotten one after a failure. */
const ours = new Set<string>();

/**
 * Claims `folder` for this process. The claim of a process that is gone is taken over.
 * Throws `servers.data_in_use` when a living process has it.
 */
export async function claimFolder(folder: string, server: string): Promise<FolderClaim> {
  const file = join(folder, 'owner.json');
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unusable(folder, server, error);
  });
  const mine = JSON.stringify({ pid: process.pid, started: startMark(process.pid) ?? '' });
  for (let left = 2; ; left--) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(folder, server, error);
    }
    const owner = parseOwner(await readFile(file, 'utf8').catch(() => ''));
    if (left === 0 || (owner && isHolding(owner, folder))) throw inUse(folder, server, owner?.pid);
    await rm(file, { force: true });
  }
  ours.add(folder);
  return {
    release: async () => {
      ours.delete(folder);
      await rm(file, { force: true });
    },
  };
}

interface Owner {
  pid: number;
  started: string;
}

function isHolding(owner: Owner, folder: string): boolean {
  if (owner.pid === process.pid) return ours.has(folder);
  return isAlive(owner.pid) && (startMark(owner.pid) ?? '') === owner.started;
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Owner>;
    return Number.isInteger(pid) && pid !== undefined ? { pid, started: started ?? '' } : undefined;
  } catch {
    // Half a file, left by a crash: nobody's.
    return undefined;
  }
}

function inUse(folder: string, server: string, pid: number | undefined): SwitchyardError {
  return new SwitchyardError(
    'servers.data_in_use',
    `The data in ${folder} is in use by process ${pid ?? 'of somebody'}, which runs ${server} on it. Stop that one, or choose another data folder.`,
    { details: { folder, ...(pid === undefined ? {} : { pid }) } },
  );
}

/** What the file system refused, as a coded error; any other error as it is. */
export function dataError(folder: string, server: string, error: unknown): unknown {
  const refused = types.isNativeError(error) && 'syscall' in error;
  return refused ? unusable(folder, server, error) : error;
}

function unusable(folder: string, server: string, cause: unknown): SwitchyardError {
  return new SwitchyardError(
    'servers.data_unusable',
    `The data folder ${folder} of ${server} cannot be written: ${reason(cause)}. Give it to this user, or choose another data folder.`,
    { details: { folder }, cause },
  );
}
