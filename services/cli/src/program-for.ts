import type { Command } from 'commander';
import { rootProgram, type AddCommand } from './root-program.js';

/** To load all commands takes as long as most of them take. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  up: async () => (await import('./commands/up.js')).addUp,
  doctor: async () => (await import('./commands/doctor.js')).addDoctor,
  run: async () => (await import('./commands/run.js')).addRun,
  tasks: async () => (await import('./commands/tasks.js')).addTasks,
  schedules: async () => (await import('./commands/schedules.js')).addSchedules,
  runs: async () => (await import('./commands/runs.js')).addRuns,
  approvals: async () => (await import('./commands/approvals.js')).addApprovals,
  policies: async () => (await import('./commands/policies.js')).addPolicies,
  trace: async () => (await import('./commands/trace.js')).addTrace,
  agents: async () => (await import('./commands/agents.js')).addAgents,
  rollout: async () => {
    const { addRollout } = await import('./commands/rollout.js');
    const { addRolloutWatch } = await import('./commands/rollout-watch.js');
    return (program) => {
      addRollout(program);
      addRolloutWatch(program);
    };
  },
  backends: async () => (await import('./commands/backends.js')).addBackends,
  tools: async () => (await import('./commands/tools.js')).addTools,
  secrets: async () => (await import('./commands/secrets.js')).addSecrets,
  effects: async () => (await import('./commands/effects.js')).addEffects,
  questions: async () => (await import('./commands/questions.js')).addQuestions,
  memory: async () => (await import('./commands/memory.js')).addMemory,
  eval: async () => (await import('./commands/eval.js')).addEval,
  suites: async () => (await import('./commands/suites.js')).addSuites,
  survival: async () => (await import('./commands/survival.js')).addSurvival,
  classes: async () => (await import('./commands/classes.js')).addClasses,
  certificates: async () => (await import('./commands/certificates.js')).addCertificates,
  watch: async () => (await import('./commands/watch.js')).addWatch,
  drift: async () => (await import('./commands/drift.js')).addDrift,
  routing: async () => (await import('./commands/routing.js')).addRouting,
  swap: async () => (await import('./commands/swap.js')).addSwap,
  bundle: async () => (await import('./commands/bundle.js')).addBundle,
  feedback: async () => (await import('./commands/feedback.js')).addFeedback,
  budgets: async () => (await import('./commands/budgets.js')).addBudgets,
  keys: async () => (await import('./commands/keys.js')).addKeys,
  'dead-letters': async () => (await import('./commands/dead-letters.js')).addDeadLetters,
  dialect: async () => (await import('./commands/dialect.js')).addDialect,
  wire: async () => (await import('./commands/wire.js')).addWire,
  version: async () => (await import('./commands/version.js')).addVersion,
};

/** The program with the one command that is meant; with all of them where none is, so that its help and its failures name them. */
export async function programFor(argv: readonly string[]): Promise<Command> {
  const word = commandOf(argv);
  const load = word !== undefined && Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (load) return rootProgram([await load()]);
  const { createProgram } = await import('./program.js');
  return createProgram();
}

/** The first word that is neither an option of the program nor the value of one. */
function commandOf(argv: readonly string[]): string | undefined {
  const withValue = rootProgram([]).options.filter(({ required }) => required);
  const words = argv.slice(2);
  return words.find((word, at) => !word.startsWith('-') && !withValue.some(({ long }) => long === words[at - 1]));
}
