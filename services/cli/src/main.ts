import { CommanderError, type Command } from 'commander';
import { versionAsCommand } from './commands/version.js';
import { EXIT } from './exit-codes.js';
import { createProgram } from './program.js';
import { reportFailure } from './report-failure.js';

const program = createProgram();
exitInsteadOfEnding(program);
try {
  await program.parseAsync(versionAsCommand(process.argv));
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = reportFailure(error, process.argv.includes('--json'));
}

/** Commander's own failures come back as errors, so that they end with our exit status for bad usage. */
function exitInsteadOfEnding(command: Command): void {
  command.exitOverride();
  command.commands.forEach(exitInsteadOfEnding);
}
