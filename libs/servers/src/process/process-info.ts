import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const linux = process.platform === 'linux';

/** Whether a process with this id runs. A zombie (ended, not yet collected by its parent) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !linux || statFields(pid)?.[0] !== 'Z';
}

/** Its program and arguments; undefined when it does not run or cannot be looked at. */
export function commandLine(pid: number): readonly string[] | undefined {
  if (linux) {
    const text = readOrUndefined(`/proc/${pid}/cmdline`);
    return text === undefined || text === '' ? undefined : text.split('\0').slice(0, -1);
  }
  return ps(pid, 'command')?.split(/\s+/);
}

/** Tells two processes apart that had the same id one after the other. */
export function startMark(pid: number): string | undefined {
  if (!linux) return ps(pid, 'lstart');
  // Field 22 of proc(5) stat, "starttime"; the first that follows the name is field 3.
  return statFields(pid)?.[19];
}

function statFields(pid: number): string[] | undefined {
  const text = readOrUndefined(`/proc/${pid}/stat`);
  // The name stands in parentheses and may hold anything.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
