import { Option, type Command } from 'commander';
import { EvaluationComparisonSchema, EvaluationSchema, SwitchyardError, toWire } from '@switchyard/contracts';
import { action, type CliContext } from '../cli-context.js';
import { amount, filled, part, positive } from '../arguments.js';
import { estimateText } from '../evaluation/estimate-text.js';
import { readSuite } from '../evaluation/read-suite.js';
import { watchEvaluation } from '../evaluation/watch-evaluation.js';
import { EXIT } from '../exit-codes.js';
import { checkBaseline, compareWith } from '../gate/gate-baseline.js';
import { gateText } from '../gate/gate-text.js';
import { gateVerdict, type GateVerdict } from '../gate/gate-verdict.js';
import { junitXml } from '../gate/junit.js';
import { gateMarkdown } from '../gate/markdown.js';
import { dim } from '../output/style.js';
import { checkFolder, writeText } from '../write-text.js';

interface GateFlags {
  file?: string;
  suite?: string;
  version?: string;
  backend?: string;
  repeats?: number;
  baseline: string;
  margin?: number;
  maxCost?: number;
  junit?: string;
  markdown?: string;
  inconclusive: 'pass' | 'fail';
}

export function addGate(evaluation: Command): void {
  evaluation
    .command('gate')
    .description('Run a suite, compare it with a baseline from the record, and say whether a change may go in')
    .option('-f, --file <file>', 'the suite, YAML or JSON; "-" reads standard input')
    .option('-s, --suite <name>', 'a suite that was applied, instead of a file', filled)
    .option(
      '--version <version>',
      'of --suite: its number, or the beginning of its content address; the newest where absent',
    )
    .option('-b, --backend <name>', "a backend instead of the suite's")
    .option('-r, --repeats <n>', 'how often each case is run', positive)
    .option(
      '--baseline <evaluation>',
      'what to compare with: an evaluation, "last" (the newest before, with another configuration if there is one) or "none"',
      filled,
      'last',
    )
    .option('--margin <share>', 'by how much scores may be worse; 0.02 where absent', part)
    .option('--max-cost <usd>', 'nothing more is started once its runs have cost this much', amount)
    .option('--junit <file>', 'write a JUnit report: a test case for each case and scorer', filled)
    .option('--markdown <file>', "write the verdict in Markdown, for a pull request's comment", filled)
    .addOption(
      new Option('--inconclusive <how>', 'what too little proof means for the exit status')
        .choices(['pass', 'fail'])
        .default('fail'),
    )
    .addHelpText(
      'after',
      `
Where there is no baseline, every score of every case must pass. Scores by judges that are not calibrated are told and never decide.
Exit status: 0 it may go in, 1 it is worse, or a critical case does not pass, 7 not decided; others as everywhere.

Examples:
  switchyard eval gate -f suite.yaml
  switchyard eval gate --suite arithmetic --backend glm --baseline eval_… --margin 0.05
  switchyard eval gate -f suite.yaml --junit gate.xml --markdown gate.md --max-cost 1.50
  switchyard eval gate -f suite.yaml --baseline none`,
    )
    .action(action(gate));
}

async function gate(context: CliContext, flags: GateFlags): Promise<void> {
  const { file, suite: name, version, backend, repeats, baseline, margin, maxCost: maxCostUsd } = flags;
  if ((file === undefined) === (name === undefined))
    throw new SwitchyardError('usage.invalid', 'Give either a file (--file) or the name of a suite (--suite).');
  for (const report of [flags.junit, flags.markdown]) if (report !== undefined) await checkFolder(report);
  const client = await context.client();
  const suite = name ?? (await readSuite(file ?? '-'));
  await checkBaseline(client, baseline, suite);
  const options = { version, backend, repeats, maxCostUsd };
  process.stderr.write(`${dim(estimateText(await client.evaluations.estimate(suite, options)))}\n`);
  const started = await client.evaluations.start(suite, options);
  const evaluation = await watchEvaluation(client, started);
  const found = gateVerdict(evaluation, await compareWith(client, evaluation, baseline, margin));
  context.print(gateJson(found), () => gateText(found));
  if (flags.junit !== undefined) await writeText(flags.junit, junitXml(found));
  if (flags.markdown !== undefined) await writeText(flags.markdown, gateMarkdown(found));
  process.exitCode = exitStatus(found, flags);
}

function exitStatus({ verdict }: GateVerdict, { inconclusive }: GateFlags): number {
  if (verdict === 'FAIL') return EXIT.failed;
  return verdict === 'PASS' || inconclusive === 'pass' ? EXIT.ok : EXIT.undecided;
}

function gateJson({ verdict, reasons, evaluation, comparison }: GateVerdict) {
  return {
    ...{ verdict, reasons, evaluation: toWire(EvaluationSchema, evaluation, { complete: true }) },
    comparison: comparison ? toWire(EvaluationComparisonSchema, comparison, { complete: true }) : null,
  };
}
