import { execFile } from 'node:child_process';

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
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause : undefined;
  return cause && error.message === 'fetch failed' ? cause.message : error.message;
}
