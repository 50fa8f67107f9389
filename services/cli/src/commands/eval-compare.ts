import type { Command } from 'commander';
import { EvaluationComparisonSchema, toWire } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { collect, filled, part, share } from '../arguments.js';
import { comparisonText } from '../evaluation/comparison-text.js';

interface CompareFlags {
  margin?: number;
  tolerated?: number;
  alpha?: number;
  scorer?: string[];
}

export function addCompare(evaluation: Command): void {
  evaluation
    .command('compare')
    .description('Whether an evaluation is worse than an earlier one of its suite, with proof')
    .argument('<candidate>', 'an evaluation that has ended')
    .argument('[baseline]', 'the newest before it where absent, with another configuration if there is one', filled)
    .option('--margin <share>', 'by how much scores may be worse; 0.02 where absent', part)
    .option('--tolerated <share>', 'FAIL takes the proof of more than this; 0 where absent', share)
    .option('--alpha <share>', 'chance of a wrong answer; 0.05 where absent', part)
    .option('--scorer <name>', 'only this scorer; may be given several times', collect)
    .addHelpText(
      'after',
      `
Exit status: 0 whatever the verdict; \`eval gate\` is for pipelines.

Examples:
  switchyard eval compare eval_…
  switchyard eval compare eval_… eval_… --margin 0.05
  switchyard eval compare eval_… eval_… --scorer exact --json`,
    )
    .action(
      action(async (context, candidate: string, baseline: string | undefined, { scorer, ...flags }: CompareFlags) => {
        const { evaluations } = await context.client();
        const comparison = await evaluations.compare(candidate, { ...flags, baseline, scorers: scorer });
        context.print(toWire(EvaluationComparisonSchema, comparison, { complete: true }), () =>
          comparisonText(comparison),
        );
      }),
    );
}
