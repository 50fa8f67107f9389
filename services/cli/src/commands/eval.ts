import type { Command } from 'commander';
import {
  ConfigurationListSchema,
  create,
  EvaluationEstimateSchema,
  EvaluationListSchema,
  SwitchyardError,
  JudgeListSchema,
  toWire,
  type ConfigurationRecord,
} from '@switchyard/contracts';
import type { ConfigurationFilter } from '@switchyard/client';
import { action, type CliContext } from '../cli-context.js';
import { amount, collect, filled, positive } from '../arguments.js';
import { estimateText } from '../evaluation/estimate-text.js';
import { interval } from '../evaluation/evaluation-text.js';
import { followEvaluation, printEvaluation } from '../evaluation/follow-evaluation.js';
import { readSuite } from '../evaluation/read-suite.js';
import { judgesText } from '../evaluation/judges-text.js';
import { addCompare } from './eval-compare.js';
import { addGate } from './eval-gate.js';
import { addReplay } from './eval-replay.js';
import { agoOf, cost, duration } from '../output/format.js';
import { dim, harmless, statusColour } from '../output/style.js';
import { table } from '../output/table.js';

interface RunFlags {
  file?: string;
  suite?: string;
  version?: string;
  backend?: string;
  agentVersion?: string;
  repeats?: number;
  maxCost?: number;
  estimate?: boolean;
}

export function addEval(program: Command): void {
  const evaluation = program.command('eval').description('Evaluate agents on data sets; the record of configurations');
  evaluation
    .command('run')
    .description('Run a suite as tasks on the bus, with progress, and print a table with confidence intervals')
    .option('-f, --file <file>', 'the suite, YAML or JSON; "-" reads standard input')
    .option('-s, --suite <name>', 'a suite that was applied, instead of a file', filled)
    .option(
      '--version <version>',
      'of --suite: its number, or the beginning of its content address; the newest where absent',
    )
    .option('-b, --backend <name>', "a backend instead of the suite's")
    .option('--agent-version <version>', "a version of the suite's agent instead of the current one", filled)
    .option('-r, --repeats <n>', 'how often each case is run', positive)
    .option('--max-cost <usd>', 'nothing more is started once its runs have cost this much', amount)
    .option('--estimate', 'only say what it would take, by the record')
    .addHelpText(
      'after',
      `
Exit status: 0 every score of every case passed, 1 not.
Ctrl-C leaves the evaluation running: watch it again, or cancel it.

Examples:
  switchyard eval run -f examples/arithmetic.suite.yaml
  switchyard eval run -f suite.yaml --backend glm --repeats 5 --json
  switchyard eval run --suite arithmetic --version 2 --max-cost 1.50
  switchyard eval run --suite arithmetic --agent-version 4
  switchyard eval run -f suite.yaml --estimate`,
    )
    .action(action(run));
  evaluation
    .command('list')
    .description('The newest evaluations')
    .action(
      action(async (context) => {
        const found = await (await context.client()).evaluations.list();
        context.print(
          toWire(EvaluationListSchema, create(EvaluationListSchema, { evaluations: found }), { complete: true })[
            'evaluations'
          ],
          () =>
            table(
              ['EVALUATION', 'SUITE', 'AGENT', 'BACKEND', 'STATUS', 'DONE', 'AGE'],
              found.map((each) => [
                each.id,
                harmless(each.suite),
                each.agent,
                each.backend || '–',
                statusColour(each.status),
                `${each.done}/${each.total}`,
                agoOf(each.createdAt),
              ]),
            ),
        );
      }),
    );
  evaluation
    .command('show')
    .description('One evaluation with its cases')
    .argument('<evaluation>')
    .action(
      action(async (context, id: string) => {
        printEvaluation(context, await (await context.client()).evaluations.get(id));
      }),
    );
  evaluation
    .command('watch')
    .description('Follow an evaluation to its end, with progress, and print its table')
    .argument('<evaluation>')
    .addHelpText(
      'after',
      '\nExit status: 0 every score of every case passed, 1 not.\n\nExamples:\n  switchyard eval watch eval_…\n  switchyard eval watch eval_… --json',
    )
    .action(action(watch));
  evaluation
    .command('cancel')
    .description('Stop an evaluation and its runs; what was found stays')
    .argument('<evaluation>')
    .addHelpText('after', '\nExamples:\n  switchyard eval cancel eval_…')
    .action(action(cancel));
  addCompare(evaluation);
  addGate(evaluation);
  addReplay(evaluation);
  evaluation
    .command('configurations')
    .description('What each configuration that ran has done so far')
    .option('-a, --agent <name>', 'of this agent only')
    .option('--like <fingerprint>', 'this one, and those that are the same but for --but-for; 8 digits of it will do')
    .option(
      '--but-for <part>',
      'a part that may differ: agent_version, backend, parameters, tools, platform_version',
      collect,
    )
    .option('--task-class <class>', 'only runs of this class of task')
    .action(
      action(async (context, flags: ConfigurationFilter) => {
        const configurations = await (await context.client()).evaluations.configurations(flags);
        context.print(
          toWire(ConfigurationListSchema, create(ConfigurationListSchema, { configurations }), { complete: true })[
            'configurations'
          ],
          () => configurationsText(configurations),
        );
      }),
    );
  evaluation
    .command('judges')
    .description("The models that judged, and how they agree with people's feedback under their scorer's name")
    .option('-s, --scorer <name>', 'of scorers of this name only')
    .action(
      action(async (context, flags: { scorer?: string }) => {
        const judges = await (await context.client()).evaluations.judges(flags.scorer);
        const document = toWire(JudgeListSchema, create(JudgeListSchema, { judges }), { complete: true });
        context.print(document['judges'], () => judgesText(judges));
      }),
    );
}

async function run(context: CliContext, { file, suite: name, ...flags }: RunFlags): Promise<void> {
  if ((file === undefined) === (name === undefined))
    throw new SwitchyardError('usage.invalid', 'Give either a file (--file) or the name of a suite (--suite).');
  const client = await context.client();
  const suite = name ?? (await readSuite(file ?? '-'));
  const options = { ...flags, maxCostUsd: flags.maxCost };
  const estimate = await client.evaluations.estimate(suite, options);
  if (flags.estimate) {
    context.print(toWire(EvaluationEstimateSchema, estimate, { complete: true }), () => estimateText(estimate));
    return;
  }
  process.stderr.write(`${dim(estimateText(estimate))}\n`);
  await followEvaluation(context, client, await client.evaluations.start(suite, options));
}

async function watch(context: CliContext, id: string): Promise<void> {
  const client = await context.client();
  await followEvaluation(context, client, await client.evaluations.progress(id));
}

async function cancel(context: CliContext, id: string): Promise<void> {
  const { evaluations } = await context.client();
  await evaluations.cancel(id);
  printEvaluation(context, await evaluations.get(id));
}

function configurationsText(configurations: readonly ConfigurationRecord[]): string {
  if (configurations.length === 0) return 'Nothing has run yet.';
  const compared = configurations.some(({ differsIn }) => differsIn.length > 0);
  return table(
    [
      ...[
        'CONFIGURATION',
        'AGENT',
        'BACKEND',
        'RUNS',
        'SUCCESS',
        'SUCCESS 95 %',
        'FEEDBACK',
        'MEAN COST',
        'P50',
        'P95',
      ],
      ...(compared ? ['DIFFERS IN'] : []),
    ],
    configurations.map((record) => [
      (record.configuration?.fingerprint ?? '').replace('sha256:', '').slice(0, 12),
      record.agent,
      record.configuration?.backend ?? '',
      String(record.runs),
      record.successRate.toFixed(3),
      interval(record.successLow, record.successHigh),
      record.feedback.map(({ name, mean, count }) => `${name} ${mean.toFixed(2)} of ${count}`).join(', ') || '–',
      cost(record.meanCostUsd),
      duration(record.p50DurationMs),
      duration(record.p95DurationMs),
      ...(compared ? [record.differsIn.join(', ') || '–'] : []),
    ]),
  );
}
