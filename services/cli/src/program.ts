import { Command, Option } from 'commander';
import { addAgents } from './commands/agents.js';
import { addApprovals } from './commands/approvals.js';
import { addBackends } from './commands/backends.js';
import { addBundle } from './commands/bundle.js';
import { addBudgets } from './commands/budgets.js';
import { addCertificates } from './commands/certificates.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDialect } from './commands/dialect.js';
import { addDoctor } from './commands/doctor.js';
import { addDrift } from './commands/drift.js';
import { addEffects } from './commands/effects.js';
import { addQuestions } from './commands/questions.js';
import { addEval } from './commands/eval.js';
import { addFeedback } from './commands/feedback.js';
import { addKeys } from './commands/keys.js';
import { addMemory } from './commands/memory.js';
import { addPolicies } from './commands/policies.js';
import { addRollout } from './commands/rollout.js';
import { addRolloutWatch } from './commands/rollout-watch.js';
import { addRouting } from './commands/routing.js';
import { addRun } from './commands/run.js';
import { addRuns } from './commands/runs.js';
import { addSchedules } from './commands/schedules.js';
import { addSurvival } from './commands/survival.js';
import { addClasses } from './commands/classes.js';
import { addSwap } from './commands/swap.js';
import { addSuites } from './commands/suites.js';
import { addSecrets } from './commands/secrets.js';
import { addTasks } from './commands/tasks.js';
import { addTools } from './commands/tools.js';
import { addTrace } from './commands/trace.js';
import { addUp } from './commands/up.js';
import { addWatch } from './commands/watch.js';
import { addVersion } from './commands/version.js';
import { addWire } from './commands/wire.js';
import { addExamples } from './examples.js';

/** The `switchyard` command. */
export function createProgram(): Command {
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
  for (const add of [
    addUp,
    addDoctor,
    addRun,
    addTasks,
    addSchedules,
    addRuns,
    addApprovals,
    addPolicies,
    addTrace,
    addAgents,
    addRollout,
    addBackends,
    addTools,
    addSecrets,
    addEffects,
    addQuestions,
    addMemory,
    addEval,
    addSuites,
    addClasses,
    addSurvival,
    addRolloutWatch,
    addCertificates,
    addWatch,
    addDrift,
    addRouting,
    addSwap,
    addFeedback,
    addBudgets,
    addBundle,
    addKeys,
    addDeadLetters,
    addDialect,
    addWire,
    addVersion,
  ]) {
    add(program);
  }
  addExamples(program);
  return program;
}
