import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Progress } from '../progress.js';
import { stopByPid } from './managed-child.js';
import { commandLine, isAlive } from './process-info.js';

export interface OrphanSearch {
  server: string;
  /** The file in which the server itself writes its process id, on the first line. */
  pidFile: string;
  /** The program's file name, as in `postgres`. */
  program: string;
  /** An argument that only a server on these very data has. */
  argument: string;
  stopSignal: NodeJS.Signals;
  progress: Progress;
}

/** What the process id file led to: nobody, a server of ours that is stopped now, or a process that has nothing to do with it. */
export type OrphanFound = 'none' | 'stopped' | 'unrelated';

/**
 * Stops the server that an earlier process of ours left behind on the same data when it was killed. A file that names an
 * unrelated process (ids are used again) leads to nobody's end.
 */
export async function stopOrphan(search: OrphanSearch): Promise<OrphanFound> {
  const text = await readFile(search.pidFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0) || !isAlive(pid)) return 'none';
  if (!isOurs(pid, search)) return 'unrelated';
  search.progress(`${search.server}: stopping process ${pid}, left behind on the same data`);
  await stopByPid(pid, search.stopSignal);
  return 'stopped';
}

function isOurs(pid: number, { program, argument }: OrphanSearch): boolean {
  const [started, ...args] = commandLine(pid) ?? [];
  return started !== undefined && basename(started) === program && args.includes(argument);
}
