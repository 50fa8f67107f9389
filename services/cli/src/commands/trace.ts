import type { Command } from 'commander';
import { RunEventSchema, toWire } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { drawTrace } from '../trace/draw-trace.js';
import { traceTree } from '../trace/trace-tree.js';

export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('A run as a tree: model turns and tool calls with durations, tokens and cost')
    .argument('<run>')
    .addHelpText(
      'after',
      '\nWith --json: the journal itself, one entry an element.\n\nExample:\n  switchyard trace run_01k…',
    )
    .action(
      action(async (context, runId: string) => {
        const journal = await (await context.client()).runs.journal(runId);
        const tree = traceTree(journal);
        context.print(
          journal.map((event) => toWire(RunEventSchema, event)),
          () => (tree ? drawTrace(tree) : 'The journal of this run is empty.'),
        );
      }),
    );
}
