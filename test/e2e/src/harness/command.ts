import { spawn } from 'node:child_process';
import { COMMAND, type System } from './system.js';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `switchyard …` against a system, as a user in a terminal does. */
export function switchyard(
  system: Pick<System, 'dataDir'>,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  return runCommand(['--data', system.dataDir, ...args], options);
}

export function runCommand(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a command with --json and gives its one document. @throws where it failed, or printed anything else */
export async function switchyardJson<T = unknown>(
  system: Pick<System, 'dataDir'>,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string>; code?: number } = {},
): Promise<T> {
  const result = await switchyard(system, ['--json', ...args], options);
  if (result.code !== (options.code ?? 0)) {
    throw new Error(`switchyard ${args.join(' ')} ended with ${result.code}:\n${result.stderr}\n${result.stdout}`);
  }
  return JSON.parse(result.stdout) as T;
}
