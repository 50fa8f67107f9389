import type { Command } from 'commander';
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
import { rootProgram } from './root-program.js';

/** The `switchyard` command, with all that it can do. */
export function createProgram(): Command {
  return rootProgram([
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
  ]);
}
