import { execFile } from 'node:child_process';
import { types } from 'node:util';

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  uid?: number;
  gid?: number;
}

/** Runs a program to its end and answers its standard output. A failure carries the end of what it printed. */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { timeoutMs = 60_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    const settings = { ...rest, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 };
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const printed = (stderr.trim() || stdout.trim()).split('\n').slice(-4).join(' | ');
      const why = error.killed ? `did not finish within ${timeoutMs / 1000} s` : printed || error.message;
      reject(new Error(`${program}: ${why}`, { cause: error }));
    });
  });
}

/** What went wrong, in one line. */
export function reason(error: unknown): string {
  // isNativeError, not instanceof: an error of Node's own may come from another realm.
  if (!types.isNativeError(error)) return String(error);
  const hidden = error.message === 'fetch failed' && types.isNativeError(error.cause) ? error.cause : error;
  return hidden.message;
}
