import { CommanderError, type Command } from 'commander';
import { SwitchyardError } from '@switchyard/contracts';
import { versionAsCommand } from './commands/version.js';
import { EXIT } from './exit-codes.js';
import { programFor } from './program-for.js';
import { reportFailure } from './report-failure.js';

const json = process.argv.includes('--json');
const argv = versionAsCommand(process.argv);
const program = await programFor(argv);
prepare(program);
// `switchyard runs list | head -1`: nobody reads the rest, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
});
try {
  await program.parseAsync(argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : reportUsage(error);
  else process.exitCode = reportFailure(error, json);
}

/** Commander's own failures come back as errors, so that they end with our exit status for bad usage; with --json they are ours to print. */
function prepare(command: Command): void {
  command.exitOverride();
  if (json) command.configureOutput({ writeErr: () => undefined });
  command.commands.forEach(prepare);
}

function reportUsage(error: CommanderError): number {
  // What commander says of a command that is only half given stands for its help.
  const message =
    error.code === 'commander.help' ? 'Which command? See --help.' : error.message.replace(/^error: /, '');
  return json ? reportFailure(new SwitchyardError('usage.invalid', message), json) : EXIT.usage;
}
