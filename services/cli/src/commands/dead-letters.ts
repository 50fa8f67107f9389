import type { Command } from 'commander';
import { create, DeadLetterListSchema, timestampDate, toWire } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { number } from '../arguments.js';
import { ago, oneLine } from '../output/format.js';
import { harmless } from '../output/style.js';
import { table } from '../output/table.js';

export function addDeadLetters(program: Command): void {
  program
    .command('dead-letters')
    .description('Messages that failed for good, with their cause')
    .option('-k, --kind <kind>', 'tasks, exec, tool or event')
    .option('-n, --limit <n>', 'how many', number, 20)
    .addHelpText('after', '\nExamples:\n  switchyard dead-letters\n  switchyard dead-letters --kind tasks --json')
    .action(
      action(async (context, flags: { kind?: string; limit: number }) => {
        const letters = await (await context.client()).system.deadLetters(flags);
        context.print(
          toWire(DeadLetterListSchema, create(DeadLetterListSchema, { letters }), { complete: true })['letters'],
          () =>
            letters.length === 0
              ? 'No dead letters.'
              : table(
                  ['AGE', 'KIND', 'SUBJECT', 'CAUSE'],
                  letters.map(({ time, kind, subject, cause }) => [
                    ago(time && timestampDate(time).toISOString()),
                    kind,
                    harmless(subject),
                    harmless(oneLine(`${cause?.code ?? ''}: ${cause?.message ?? ''}`, 110)),
                  ]),
                ),
        );
      }),
    );
}
