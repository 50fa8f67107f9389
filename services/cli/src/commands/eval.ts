import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  ConfigurationListSchema,
  create,
  EvaluationListSchema,
  EvaluationSchema,
  timestampDate,
  toWire,
  type ConfigurationRecord,
  type Evaluation,
} from '@switchyard/contracts';
import type { SwitchyardClient } from '@switchyard/client';
import { action, type CliContext } from '../cli-context.js';
import { number } from '../arguments.js';
import { EXIT } from '../exit-codes.js';
import { ago, cost, duration, oneLine } from '../output/format.js';
import { bar, ProgressLine } from '../output/progress.js';
import { bold, dim, green, harmless, red, statusColour } from '../output/style.js';
import { table } from '../output/table.js';
import { readDefinition } from '../read-definition.js';

interface RunFlags {
  file: string;
  backend?: string;
  repeats?: number;
}

const POLL_MS = 250;

export function addEval(program: Command): void {
  const evaluation = program.command('eval').description('Evaluate agents on data sets; the record of configurations');
  evaluation
    .command('run')
    .description('Run a suite as tasks on the bus, with progress, and print a table with confidence intervals')
    .requiredOption('-f, --file <file>', 'the suite, YAML or JSON; "-" reads standard input')
    .option('-b, --backend <name>', "a backend instead of the suite's")
    .option('-r, --repeats <n>', 'how often each case is run', number)
    .addHelpText(
      'after',
      `
Exit status: 0 every score of every case passed, 1 not.

Examples:
  switchyard eval run -f examples/arithmetic.suite.yaml
  switchyard eval run -f suite.yaml --backend glm --repeats 5 --json`,
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
                ago(each.createdAt && timestampDate(each.createdAt).toISOString()),
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
        const found = await (await context.client()).evaluations.get(id);
        context.print(toWire(EvaluationSchema, found, { complete: true }), () => evaluationText(found));
      }),
    );
  evaluation
    .command('configurations')
    .description('What each configuration that ran has done so far')
    .option('-a, --agent <name>', 'of this agent only')
    .action(
      action(async (context, flags: { agent?: string }) => {
        const configurations = await (await context.client()).evaluations.configurations(flags.agent);
        context.print(
          toWire(ConfigurationListSchema, create(ConfigurationListSchema, { configurations }), { complete: true })[
            'configurations'
          ],
          () => configurationsText(configurations),
        );
      }),
    );
}

async function run(context: CliContext, flags: RunFlags): Promise<void> {
  const client = await context.client();
  const suite = await readDefinition(flags.file);
  const started = await client.evaluations.start(suite, { backend: flags.backend, repeats: flags.repeats });
  const done = await watch(client, started);
  context.print(toWire(EvaluationSchema, done, { complete: true }), () => evaluationText(done));
  if (done.status !== 'completed' || failedCases(done).length > 0) process.exitCode = EXIT.failed;
}

async function watch(client: SwitchyardClient, started: Evaluation): Promise<Evaluation> {
  const progress = new ProgressLine();
  const begun = Date.now();
  for (let current = started; ; current = await client.evaluations.progress(started.id)) {
    progress.update(`${harmless(current.suite)} ${bar(current.done, current.total)} ${duration(Date.now() - begun)}`);
    if (current.status !== 'running') {
      progress.clear();
      return client.evaluations.get(started.id);
    }
    await delay(POLL_MS);
  }
}

function failedCases(evaluation: Evaluation) {
  return evaluation.results.filter(
    ({ status, scores }) => status !== 'completed' || scores.some(({ passed }) => !passed),
  );
}

function evaluationText(evaluation: Evaluation): string {
  const failed = failedCases(evaluation);
  const summary = table(
    ['SCORER', 'PASSED', 'MEAN', '95 % INTERVAL'],
    evaluation.summary.map(({ scorer, passed, count, mean, low, high }) => [
      scorer,
      `${passed}/${count}`,
      mean.toFixed(3),
      `${low.toFixed(3)} to ${high.toFixed(3)}`,
    ]),
  );
  const lines = [
    `${bold(harmless(evaluation.suite))}  ${evaluation.agent}${evaluation.backend ? ` on ${evaluation.backend}` : ''}  ${statusColour(evaluation.status)}  ${evaluation.done}/${evaluation.total} cases  ${cost(evaluation.costUsd)}  ${dim(evaluation.id)}`,
    '',
    summary,
  ];
  if (failed.length > 0)
    lines.push(
      '',
      red(`${failed.length} of ${evaluation.results.length} did not pass:`),
      ...failed.slice(0, 20).map(failureText),
    );
  else if (evaluation.status === 'completed') lines.push('', green('Every case passed.'));
  return lines.join('\n');
}

function failureText({ caseId, repeat, status, scores, error, runId }: Evaluation['results'][number]): string {
  const reasons = scores.filter(({ passed }) => !passed).map(({ scorer, reason }) => `${scorer}: ${reason}`);
  const why = error ? `${error.code}: ${error.message}` : reasons.join('; ') || status;
  return `  ${harmless(caseId)} #${repeat}  ${harmless(oneLine(why, 120))}  ${dim(runId)}`;
}

function configurationsText(configurations: readonly ConfigurationRecord[]): string {
  if (configurations.length === 0) return 'Nothing has run yet.';
  return table(
    ['CONFIGURATION', 'AGENT', 'BACKEND', 'RUNS', 'SUCCESS', '95 % INTERVAL', 'MEAN COST', 'P50', 'P95'],
    configurations.map((record) => [
      (record.configuration?.fingerprint ?? '').replace('sha256:', '').slice(0, 12),
      record.agent,
      record.configuration?.backend ?? '',
      String(record.runs),
      record.successRate.toFixed(3),
      `${record.successLow.toFixed(3)} to ${record.successHigh.toFixed(3)}`,
      cost(record.meanCostUsd),
      duration(record.p50DurationMs),
      duration(record.p95DurationMs),
    ]),
  );
}
