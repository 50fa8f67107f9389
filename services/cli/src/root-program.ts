import { Command, Option } from 'commander';
import { addExamples } from './examples.js';

/** Adds a command, and those below it. */
export type AddCommand = (program: Command) => void;

/** The `switchyard` command with these below it. */
export function rootProgram(commands: readonly AddCommand[]): Command {
  const program = new Command('switchyard')
    .description('Runs AI agents on any model.')
    .addOption(new Option('--json', 'one JSON document on standard output'))
    .addOption(new Option('--url <url>', 'base URL of the gateway').env('SWITCHYARD_URL'))
    .addOption(new Option('--api-key <key>', 'API key').env('SWITCHYARD_API_KEY'))
    .addOption(
      new Option('--data <dir>', 'data folder of a system on this machine (default: the nearest .switchyard)').env(
        'SWITCHYARD_DATA_DIR',
      ),
    )
    .addOption(
      new Option(
        '--catalogue <dir>',
        'folder of your own catalogue entries (default: catalogue in the data folder)',
      ).env('SWITCHYARD_CATALOGUE'),
    )
    .showHelpAfterError('(add --help for more)')
    .addHelpText(
      'after',
      `
Exit status: 0 done, 1 what was asked for failed, 2 bad input, 3 not found, 4 no system answers, 5 not allowed, 6 conflict,
7 a gate is not decided.

Examples:
  switchyard up                                  start a system here
  switchyard run "What is 17% of 2340?"          give a task to an agent and watch it
  switchyard agents apply -f examples/accountant.yaml
  switchyard trace <run>                         where the time and the money went
  switchyard eval run -f examples/arithmetic.suite.yaml`,
    );
  for (const add of commands) add(program);
  addExamples(program);
  return program;
}
