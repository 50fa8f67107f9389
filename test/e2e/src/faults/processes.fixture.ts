import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitFor } from '@switchyard/testing';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The processes that a process has started, and theirs. */
export async function descendants(pid: number): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const all = stdout.split('\n').flatMap((line): Process[] => {
    const [, own, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return own === undefined ? [] : [{ pid: Number(own), parent: Number(parent), command }];
  });
  const found: Process[] = [];
  for (let parents = [pid]; parents.length > 0;) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function untilGone(pids: readonly number[], timeoutMs = 25_000): Promise<void> {
  await waitFor(() => pids.every((pid) => !isAlive(pid)), { timeoutMs, describe: 'the processes to be gone' });
}
