import { spawn } from 'node:child_process';
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
 * Runs a program and waits for its end; aborted, it and all that it started are killed.
 *
 * @throws SwitchyardError `tool.no_namespace` where the program is not there; the signal's reason
 */
export function runInNamespace({ program, args, input, maxBytes, signal }: NamespaceOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    // A variable of ours is for nobody.
    const child = spawn(program, args, { env: {}, stdio: ['pipe', 'pipe', 'pipe'] });
    const kill = () => child.kill('SIGKILL');
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
    if (signal.aborted) kill();
  });
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
