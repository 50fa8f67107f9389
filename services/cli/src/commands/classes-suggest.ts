import type { Command } from 'commander';
import { SuggestedClassesSchema, toWire } from '@switchyard/contracts';
import { stringify } from 'yaml';
import { positive } from '../arguments.js';
import { action } from '../cli-context.js';
import { suggestionText } from '../evaluation/classes-text.js';

/** `classes suggest` */
export function addSuggest(classes: Command): void {
  classes
    .command('suggest')
    .description('Group what an agent was asked, and propose classes as a file of rules')
    .argument('<agent>')
    .option('-l, --last <n>', 'runs, the newest; 1000 at most', positive, 1_000)
    .addHelpText(
      'after',
      `
Examples:
  switchyard classes suggest assistant > classes.yaml
  switchyard classes suggest assistant --last 200`,
    )
    .action(
      action(async (context, agent: string, { last }: { last: number }) => {
        const found = await (await context.client()).classes.suggest(agent, last);
        context.print(toWire(SuggestedClassesSchema, found, { complete: true }), () =>
          stringify(found.rules ?? {}, { flowCollectionPadding: false }).trimEnd(),
        );
        // Standard output is the file of rules.
        process.stderr.write(`${suggestionText(agent, found)}\n`);
      }),
    );
}
