import type { Command } from 'commander';
import { OutcomeSchema, toWire, type Outcome } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { cost, count, duration } from '../output/format.js';
import { harmless, statusColour } from '../output/style.js';
import { table } from '../output/table.js';

/** `runs outcome` */
export function addRunsOutcome(runs: Command): void {
  runs
    .command('outcome')
    .description('What the record keeps of a run that ended: its configuration, what it took, scores and feedback')
    .argument('<run>')
    .addHelpText('after', '\nExamples:\n  switchyard runs outcome run_…')
    .action(
      action(async (context, runId: string) => {
        const outcome = await (await context.client()).runs.outcome(runId);
        context.print(toWire(OutcomeSchema, outcome, { complete: true }), () => outcomeText(outcome));
      }),
    );
}

function outcomeText(outcome: Outcome): string {
  const { runId, status, agent, configuration, moved, costUsd, durationMs, turns, toolCalls } = outcome;
  const counted = moved ? ' (moved between backends: it counts for no single configuration)' : '';
  const { retries, repairs, overrides } = outcome;
  const hardships = `retries ${retries}, repairs ${repairs}, overridden by people ${overrides}`;
  const facts = [
    ['agent', agent],
    ['configuration', `${configuration || 'none: it ended before its first turn'}${counted}`],
    ['task class', outcome.taskClass],
    [
      'took',
      `${duration(durationMs)}, ${cost(costUsd)}, ${count(turns, 'turn')}, ${count(toolCalls, 'call')}; ${hardships}`,
    ],
    ['redrive of', outcome.redriveOf],
    ['error', outcome.error ? harmless(`${outcome.error.code}: ${outcome.error.message}`) : ''],
  ];
  const lines = [
    `${runId} ${statusColour(status)}`,
    ...facts.flatMap(([name = '', value]) => (value ? [`  ${name.padEnd(14)}${value}`] : [])),
  ];
  const judged = [
    ...outcome.scores.map(({ scorer, value, reason, errorCode }) => [
      scorer,
      errorCode || value.toFixed(2),
      'scorer',
      harmless(reason),
    ]),
    ...outcome.feedback.map(({ name, value, by, comment }) => [
      name,
      value.toFixed(2),
      harmless(by),
      harmless(comment),
    ]),
  ];
  return [...lines, ...(judged.length > 0 ? ['', table(['NAME', 'VALUE', 'BY', 'REASON'], judged)] : [])].join('\n');
}
