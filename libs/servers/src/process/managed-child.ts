import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SwitchyardError } from '@switchyard/contracts';
import { dieWithUs, type Command } from './die-with-us.js';
import { isAlive } from './process-info.js';

/**
 * `process`: the server is stopped when this process ends. `detached`: it stays until somebody stops it by its id; for
 * a test run whose first test starts what all share.
 */
export type Lifetime = 'process' | 'detached';

export interface ChildRequest {
  /** What a person calls it. */
  server: string;
  program: string;
  args: readonly string[];
  cwd: string;
  logFile: string;
  env?: NodeJS.ProcessEnv;
  identity?: { uid?: number; gid?: number };
  /** Puts something in front of the command that changes the user. */
  wrap?: (program: string, args: readonly string[]) => Command;
  lifetime: Lifetime;
  /** The signal that asks it to end in good order. */
  stopSignal: NodeJS.Signals;
}

export interface ManagedChild {
  pid: number;
  /** Waits until `probe` answers true. Throws `servers.start_failed` with the end of its log when it ends or is too slow. */
  ready(probe: () => Promise<boolean>, timeoutMs: number): Promise<void>;
  /** Resolves when it has ended, however that came, and tells how. */
  ended: Promise<string>;
  /** What it printed since it was started. */
  printed(): string;
  stop(): Promise<void>;
}

const largestLog = 20 * 1024 * 1024;
const running = new Map<number, NodeJS.Signals>();
let exitHandlerInstalled = false;

/**
 * Starts a server in a process group of its own, so that a terminal's Ctrl-C reaches us alone and we stop the servers in
 * our order. Its output goes to a file: no pipe of ours can fill up or break.
 */
export function startChild(request: ChildRequest): ManagedChild {
  const { server, cwd, logFile, lifetime, stopSignal } = request;
  keepLogSmall(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const bare = { program: request.program, args: [...request.args] };
  const own = lifetime === 'process' ? dieWithUs(bare.program, bare.args, stopSignal) : bare;
  const { program, args } = request.wrap?.(own.program, own.args) ?? own;
  const child = spawn(program, args, {
    cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: request.env ?? process.env,
    ...request.identity,
  });
  closeSync(log);
  let end: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve((end = error.message)));
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) running.delete(child.pid);
      resolve((end = signal ? `it was ended by ${signal}` : `it ended with code ${code}`));
    });
  });
  child.unref();
  const pid = child.pid ?? -1;
  if (pid > 0 && lifetime === 'process') stopOnExit(pid, stopSignal);

  const printed = () => readFileSync(logFile).subarray(logStart).toString('utf8');
  const failed = (why: string) =>
    new SwitchyardError(
      'servers.start_failed',
      [`${server} did not start: ${why}. The end of ${logFile}:`, ...lastLines(printed())].join('\n'),
      { details: { server, log_file: logFile } },
    );
  return {
    pid,
    ended,
    printed,
    ready: async (probe, timeoutMs) => {
      const deadline = Date.now() + timeoutMs;
      while (true) {
        if (end === undefined && (await probe())) return;
        if (end !== undefined) throw failed(end);
        if (Date.now() > deadline) throw failed(`it was not ready within ${timeoutMs / 1000} s`);
        await sleep(15);
      }
    },
    // Its id may be another's by now.
    stop: () => (end === undefined ? stopByPid(pid, stopSignal) : Promise.resolve()),
  };
}

/** Asks a process to end, waits, and ends it by force last. A process that is gone is no error. */
export async function stopByPid(pid: number, signal: NodeJS.Signals, patienceMs = 10_000): Promise<void> {
  if (pid <= 0) return;
  for (const [ask, waitMs] of [
    [signal, patienceMs],
    ['SIGKILL', 5_000],
  ] as const) {
    send(pid, ask);
    const deadline = Date.now() + waitMs;
    while (isAlive(pid)) {
      if (Date.now() > deadline) break;
      await sleep(10);
    }
    if (!isAlive(pid)) break;
  }
  running.delete(pid);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself in between.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function stopOnExit(pid: number, signal: NodeJS.Signals): void {
  running.set(pid, signal);
  if (exitHandlerInstalled) return;
  exitHandlerInstalled = true;
  // Nothing can be awaited here; each server ends in good order by itself once asked.
  process.on('exit', () => {
    for (const [each, ask] of running) send(each, ask);
  });
}

function keepLogSmall(logFile: string): void {
  const { size } = statSync(logFile, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size > largestLog) renameSync(logFile, `${logFile}.1`);
}

function lastLines(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .slice(-8)
    .map((line) => `  ${line}`);
}
