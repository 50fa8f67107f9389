import { Option, type Command } from 'commander';
import { SwitchyardError } from '@switchyard/contracts';
import { amount, filled, moment, positive } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { followEvaluation, printEvaluation } from '../evaluation/follow-evaluation.js';
import { leftOutText } from '../evaluation/left-out-text.js';
import { dim } from '../output/style.js';

interface ReplayFlags {
  backend?: string;
  agentVersion?: string;
  runs?: string;
  last?: number;
  since?: Date;
  taskClass?: string;
  maxCost?: number;
  repeats?: number;
  unmatched?: 'stop' | 'tell';
  wait?: boolean;
}

/** `eval replay` */
export function addReplay(evaluation: Command): void {
  evaluation
    .command('replay')
    .description('Run recorded runs again, with their tool calls answered from the journal: nothing is executed')
    .argument('<agent>')
    .option('-b, --backend <name>', 'where they run now', filled)
    .option('--agent-version <version>', 'a version of the agent instead of the current one', filled)
    .option('--runs <ids>', 'these runs, with commas, instead of the newest that completed', filled)
    .option('--last <n>', 'so many of the newest (default: 50, at most 200)', positive)
    .option('--since <moment>', 'only runs that ended since', moment)
    .option('--task-class <class>', 'only runs of this class of task', filled)
    .option('--max-cost <usd>', 'nothing more is started once its runs have cost this much', amount)
    .option('-r, --repeats <n>', 'how often each run is replayed', positive)
    .addOption(
      new Option('--unmatched <what>', 'a call that was not recorded ends its run, or the model is told').choices([
        'stop',
        'tell',
      ]),
    )
    .option('--wait', 'follow it to its end and print its table')
    .addHelpText(
      'after',
      `
Exit status with --wait: 0 every score of every run passed, 1 not.
Compare two replays of the same runs with "switchyard eval compare".

Examples:
  switchyard eval replay assistant --backend glm --wait
  switchyard eval replay assistant --backend glm --last 200 --task-class refund --max-cost 2
  switchyard eval replay assistant --agent-version 4 --runs run_…,run_… --unmatched tell`,
    )
    .action(action(replay));
}

async function replay(context: CliContext, agent: string, flags: ReplayFlags): Promise<void> {
  const { runs, wait, maxCost, ...options } = flags;
  if (runs !== undefined && (options.last ?? options.since ?? options.taskClass) !== undefined)
    throw new SwitchyardError('usage.invalid', 'Give either runs (--runs) or how to choose them, not both.');
  const client = await context.client();
  const runIds = runs?.split(',').map((id) => id.trim());
  const { evaluation, leftOut } = await client.evaluations.replay(agent, { ...options, runIds, maxCostUsd: maxCost });
  const missing = leftOutText(leftOut);
  if (missing !== '') process.stderr.write(`${dim(missing)}\n`);
  if (wait) await followEvaluation(context, client, evaluation);
  else printEvaluation(context, evaluation);
}
