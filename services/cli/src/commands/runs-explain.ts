import type { Command } from 'commander';
import { RoutingExplanationSchema, toWire } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { explanationText } from '../routing/explanation-text.js';

/** `runs explain` */
export function addRunsExplain(runs: Command): void {
  runs
    .command('explain')
    .description("How a run's backend was chosen: what was believed of each candidate, what ruled others out, and why")
    .argument('<run>')
    .option('--verify', 'decide again by the record, and say whether it is the same (exit status 1: it is not)')
    .addHelpText('after', '\nExamples:\n  switchyard runs explain run_…\n  switchyard runs explain run_… --verify')
    .action(
      action(async (context, runId: string, flags: { verify?: boolean }) => {
        const explanation = await (await context.client()).routing.explain(runId, flags);
        context.print(toWire(RoutingExplanationSchema, explanation, { complete: true }), () =>
          explanationText(explanation),
        );
        if (explanation.verification === 'different') process.exitCode = EXIT.failed;
      }),
    );
}
