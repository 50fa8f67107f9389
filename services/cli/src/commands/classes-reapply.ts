import type { Command } from 'commander';
import { filled } from '../arguments.js';
import { action } from '../cli-context.js';
import { count } from '../output/format.js';

/** `classes reapply` */
export function addReapply(classes: Command): void {
  classes
    .command('reapply')
    .description('Class what is recorded by the rules that hold now; what a task names itself stays')
    .option('-a, --agent <name>', 'only runs of this agent', filled)
    .option('--after <run>', 'go on after this run, where it was interrupted', filled)
    .addHelpText('after', '\nExamples:\n  switchyard classes reapply --agent assistant')
    .action(
      action(async (context, { agent, after }: { agent?: string; after?: string }) => {
        const { classes: client } = await context.client();
        const sum = { runs: 0, changed: 0, gone: 0 };
        let next = after ?? '';
        do {
          const page = await client.reapply({ agent, ...(next === '' ? {} : { after: next }) });
          sum.runs += page.runs;
          sum.changed += page.changed;
          sum.gone += page.gone;
          next = page.next;
          // Whoever stops it knows where to go on.
          if (next !== '' && !context.json) process.stderr.write(`${count(sum.runs, 'run')}, up to ${next}\n`);
        } while (next !== '');
        context.print(sum, () => reappliedText(sum));
      }),
    );
}

function reappliedText({ runs, changed, gone }: { runs: number; changed: number; gone: number }): string {
  const kept = gone === 0 ? '' : `; ${gone} no longer kept whole, whose class stays`;
  return `${count(runs, 'run')}: the class of ${changed} changed${kept}.`;
}
