import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { SwitchyardError } from '@switchyard/contracts';
import { codeOf } from '../../shared/error-text.js';

export interface CommandResult {
  /** Absent where a signal ended it. */
  exitCode: number | undefined;
  signal: string;
  stdout: string;
  stderr: string;
  /** There was more output than is kept. */
  cut: boolean;
}

export interface NamespaceOptions {
  /** bubblewrap. */
  program: string;
  args: readonly string[];
  input: string;
  /** Of each of the two outputs. */
  maxBytes: number;
  signal: AbortSignal;
}

/**
 * Runs a program in namespaces and waits for its end; aborted, it and all that it started are killed. What is killed is the first
 * process of the namespaces, with which the kernel ends all others. bubblewrap itself is not: killed before it has told its child
 * to go on, it leaves a child that waits for ever.
 *
 * @throws SwitchyardError `tool.no_namespace` where the program is not there; the signal's reason
 */
export function runInNamespace({ program, args, input, maxBytes, signal }: NamespaceOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    // A variable of ours is for nobody.
    const child = spawn(program, ['--info-fd', `${INFO_FD}`, ...args], {
      env: {},
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    let first: number | undefined;
    const kill = () => killIfThere(first);
    let info = '';
    const told = child.stdio[INFO_FD] as Readable;
    told.on('data', (chunk: Buffer) => {
      info += chunk.toString();
      first = firstProcess(info);
      if (signal.aborted) kill();
    });
    const stdout = collect(maxBytes);
    const stderr = collect(maxBytes);
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    child.once('error', (cause) => {
      signal.removeEventListener('abort', kill);
      reject(noNamespace(codeOf(cause) === 'ENOENT' ? 'bubblewrap (bwrap) is not installed' : cause.message, cause));
    });
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) return reject(signal.reason);
      const cut = stdout.cut() || stderr.cut();
      resolve({ exitCode: code ?? undefined, signal: ended ?? '', stdout: stdout.text(), stderr: stderr.text(), cut });
    });
    // It may end without reading.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    signal.addEventListener('abort', kill, { once: true });
  });
}

/** The file descriptor on which bubblewrap says in JSON what it has started, before that goes on (`--info-fd`, bwrap(1)). */
const INFO_FD = 3;

function firstProcess(info: string): number | undefined {
  const pid = /"child-pid":\s*(\d+)\D/.exec(info)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function killIfThere(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

function collect(maxBytes: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    // Read on to the end, or the command would wait for its output to be taken.
    add: (chunk: Buffer) => {
      const room = Math.max(0, maxBytes - size);
      if (room > 0) chunks.push(chunk.subarray(0, room));
      size += chunk.length;
    },
    text: () => Buffer.concat(chunks).toString(),
    cut: () => size > maxBytes,
  };
}

export function noNamespace(why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'tool.no_namespace',
    `Commands are run in a namespace of their own, and this host offers none: ${why}. Install bubblewrap on it and allow user namespaces.`,
    { cause },
  );
}
