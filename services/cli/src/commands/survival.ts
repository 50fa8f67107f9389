import { Option, type Command } from 'commander';
import type { SurvivalFilter } from '@switchyard/client';
import { SurvivalReportSchema, toWire } from '@switchyard/contracts';
import { amount } from '../arguments.js';
import { action } from '../cli-context.js';
import { survivalText } from '../evaluation/survival-text.js';

/** `survival` */
export function addSurvival(program: Command): void {
  program
    .command('survival')
    .description('How long configurations stay in use, and what ends them')
    .option('-a, --agent <name>', 'configurations of this agent only')
    .option('--task-class <class>', 'only runs of this class of task count')
    .addOption(new Option('--by <what>', 'what curves are drawn and compared by').choices(['all', 'agent', 'backend']))
    .addOption(new Option('--unit <unit>', 'the unit of a life (default: days)').choices(['days', 'runs']))
    .option(
      '--quiet-days <n>',
      'days without a run after which one that was followed counts as ended (default: 1)',
      amount,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard survival --agent assistant\n  switchyard survival --by backend --unit runs\n  switchyard survival --json',
    )
    .action(
      action(async (context, flags: SurvivalFilter) => {
        const report = await (await context.client()).evaluations.survival(flags);
        context.print(toWire(SurvivalReportSchema, report, { complete: true }), () => survivalText(report));
      }),
    );
}
