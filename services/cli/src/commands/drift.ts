import { Option, type Command } from 'commander';
import type { DriftFilter } from '@switchyard/client';
import { DriftFindingSchema, DriftListSchema, toWire } from '@switchyard/contracts';
import { filled, positive } from '../arguments.js';
import { action } from '../cli-context.js';
import { findingsText, findingText } from '../drift/drift-text.js';

/** `drift` */
export function addDrift(program: Command): void {
  const drift = program.command('drift').description('What of backends has changed: noticed, dated, attributed');
  drift
    .command('list')
    .description('Changes, the newest first')
    .option('-b, --backend <name>', 'of this backend only', filled)
    .addOption(new Option('--status <status>', 'only those that are so now').choices(['open', 'acknowledged']))
    .option('-l, --limit <n>', 'how many at most (default: 50)', positive)
    .option('--after <id>', 'only those that are older than this one', filled)
    .addHelpText('after', '\nExamples:\n  switchyard drift list --status open')
    .action(
      action(async (context, flags: DriftFilter) => {
        const found = await (await context.client()).drift.list(flags);
        context.print(toWire(DriftListSchema, found, { complete: true }), () => findingsText(found.findings));
      }),
    );
  drift
    .command('show')
    .description('One with its evidence, and the certificates that expired for it')
    .argument('<finding>')
    .addHelpText('after', '\nExamples:\n  switchyard drift show drift_…')
    .action(
      action(async (context, id: string) => {
        const found = await (await context.client()).drift.get(id);
        context.print(toWire(DriftFindingSchema, found, { complete: true }), () => findingText(found));
      }),
    );
  drift
    .command('acknowledge')
    .description('Say that it has been seen; the same change would be a new one from then on')
    .argument('<finding>')
    .option('-n, --note <text>', 'what there is to say of it', filled)
    .addHelpText('after', '\nExamples:\n  switchyard drift acknowledge drift_… --note "announced by the provider"')
    .action(
      action(async (context, id: string, { note }: { note?: string }) => {
        const found = await (await context.client()).drift.acknowledge(id, note);
        context.print(toWire(DriftFindingSchema, found, { complete: true }), () => findingText(found));
      }),
    );
}
