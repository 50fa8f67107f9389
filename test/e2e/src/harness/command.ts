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
