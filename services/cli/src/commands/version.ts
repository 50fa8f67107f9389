import { createRequire } from 'node:module';
import type { Command } from 'commander';
import { action } from '../cli-context.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

export function addVersion(program: Command): void {
  program
    .command('version')
    .description('The version of this command, as does --version')
    .action(action(async (context) => context.print({ version }, () => version)));
}

/** `switchyard --version`. An option of the program would be found in `agents show NAME --version 1` as well. */
export function versionAsCommand(argv: readonly string[]): string[] {
  const [node = '', script = '', first, ...rest] = argv;
  return first === '--version' || first === '-V' ? [node, script, 'version', ...rest] : [...argv];
}
