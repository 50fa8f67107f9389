import { readdirSync, readFileSync } from 'node:fs';

/** What processes have used since they began. Linux only; elsewhere all is NaN. */
export interface ProcessCosts {
  /** Of user and system time. */
  cpuSeconds: number;
  /** Handed to the block layer; what the page cache still holds is not in it. */
  writtenBytes: number;
}

/** USER_HZ: the unit of times in /proc/PID/stat; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The processes and all that they have started, as far as these still run. */
export function costsOf(pids: readonly number[]): ProcessCosts {
  const sum = { cpuSeconds: 0, writtenBytes: 0 };
  for (const pid of withDescendants(pids)) {
    const { cpuSeconds, writtenBytes } = costsOfOne(pid);
    sum.cpuSeconds += cpuSeconds;
    sum.writtenBytes += writtenBytes;
  }
  return sum;
}

export function withDescendants(pids: readonly number[]): number[] {
  const parents = new Map(processes().map((pid) => [pid, parentOf(pid)]));
  const found = new Set(pids);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** Those of the processes that a process has started whose command line names the file. */
export function pidsOf(pid: number, file: string): number[] {
  return withDescendants([pid]).filter((found) => readProc(found, 'cmdline').split('\0').includes(file));
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readProc(pid, 'status'))?.[1];
  return Number(kilobytes) * 1024;
}

function costsOfOne(pid: number): ProcessCosts {
  const [, rest = ''] = /\) (.*)/s.exec(readProc(pid, 'stat')) ?? [];
  const fields = rest.split(' ');
  // Fields 14 to 17 of proc(5), of which the first two are before the rest. Children that ended count with their parent.
  const ticks = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index] ?? 0), 0);
  const written = /write_bytes: (\d+)/.exec(readProc(pid, 'io'))?.[1];
  return { cpuSeconds: ticks / TICKS_PER_SECOND, writtenBytes: Number(written ?? 0) };
}

function parentOf(pid: number): number {
  const [, rest = ''] = /\) (.*)/s.exec(readProc(pid, 'stat')) ?? [];
  return Number(rest.split(' ')[1] ?? 0);
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** A process that has ended has used nothing more. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
