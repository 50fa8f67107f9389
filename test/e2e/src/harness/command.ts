import { spawn } from 'node:child_process';
import { COMMAND, type System } from './system.js';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command that goes on until it ends by itself or is interrupted. */
export interface StartedCommand {
  /** What it has said on standard error so far. */
  stderr(): string;
  /** As Ctrl-C does. */
  interrupt(): void;
  ended: Promise<CommandResult>;
}

/** Runs `switchyard …` against a system, as a user in a terminal does. */
export function switchyard(
  system: Pick<System, 'dataDir'>,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  return runCommand(['--data', system.dataDir, ...args], options);
}

/** The same, for a test that acts while it runs. */
export function startCommand(
  system: Pick<System, 'dataDir'>,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): StartedCommand {
  return start(['--data', system.dataDir, ...args], options);
}

export function runCommand(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  return start(args, options).ended;
}

function start(args: readonly string[], options: { input?: string; env?: Record<string, string> }): StartedCommand {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
  child.stdin.end(options.input ?? '');
  return { stderr: () => stderr, interrupt: () => child.kill('SIGINT'), ended };
}

/** Runs a command with --json and gives its one document. @throws where it failed, printed anything else, or Node warned of it */
export async function switchyardJson<T = unknown>(
  system: Pick<System, 'dataDir'>,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string>; code?: number } = {},
): Promise<T> {
  const result = await switchyard(system, ['--json', ...args], options);
  if (result.code !== (options.code ?? 0)) {
    throw new Error(`switchyard ${args.join(' ')} ended with ${result.code}:\n${result.stderr}\n${result.stdout}`);
  }
  const [warning] = /^\(node:\d+\) .*/m.exec(result.stderr) ?? [];
  if (warning !== undefined) throw new Error(`switchyard ${args.join(' ')} shows its user a warning: ${warning}`);
  return JSON.parse(result.stdout) as T;
}
