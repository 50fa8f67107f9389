import type { Command } from 'commander';
import { RoutingViewSchema, toWire } from '@switchyard/contracts';
import { number } from '../arguments.js';
import { action } from '../cli-context.js';
import { beliefsText } from '../routing/beliefs-text.js';

/** `routing` */
export function addRouting(program: Command): void {
  const routing = program
    .command('routing')
    .description("What runs showed of agents' backends, by which others are chosen");
  routing
    .command('show')
    .description('What is believed of the backends of an agent: quality, cost, latency and failures by class of task')
    .argument('<agent>')
    .option('--revision <n>', 'as of this revision (default: the newest)', number)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard routing show assistant\n  switchyard routing show assistant --revision 120',
    )
    .action(
      action(async (context, agent: string, { revision }: { revision?: number }) => {
        const view = await (await context.client()).routing.get(agent, revision);
        context.print(toWire(RoutingViewSchema, view, { complete: true }), () => beliefsText(view));
      }),
    );
}
