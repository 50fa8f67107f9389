import type { Command } from 'commander';
import { create, EffectListSchema, toWire, type Effect } from '@switchyard/contracts';
import { positive } from '../arguments.js';
import { action } from '../cli-context.js';
import { agoOf, duration } from '../output/format.js';
import { green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';

interface CallsFlags {
  failed?: boolean;
  limit: number;
}

/** The last calls of a tool, from the effect ledger. */
export function addToolCalls(tools: Command): void {
  tools
    .command('calls')
    .description('The last calls of a tool: when, for which run, what came of them, how long they took')
    .argument('<tool>')
    .option('--failed', 'only those with an error, and those of which nobody knows what became of them')
    .option('-n, --limit <n>', 'how many', positive, 20)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard tools calls http_fetch\n  switchyard tools calls shop_place_order --failed\nOne call whole: switchyard effects show <call>',
    )
    .action(
      action(async (context, tool: string, { failed, limit }: CallsFlags) => {
        const found = await (await context.client()).effects.list({ tool, failed, limit });
        context.print(
          toWire(EffectListSchema, create(EffectListSchema, { effects: found }), { complete: true })['effects'],
          () => (found.length === 0 ? nothing(tool, failed) : callTable(found)),
        );
      }),
    );
}

function nothing(tool: string, failed: boolean | undefined): string {
  return `No call of ${harmless(tool)} ${failed ? 'has failed' : 'is on record'}.`;
}

function callTable(calls: readonly Effect[]): string {
  return table(
    ['CALL', 'AGE', 'OUTCOME', 'TOOK', 'ERROR', 'RUN'],
    calls.map((call) => [
      call.callId,
      agoOf(call.startedAt),
      outcomeOf(call),
      call.status === 'settled' ? duration(call.durationMs) : '–',
      harmless(call.errorCode),
      call.runId || 'by hand',
    ]),
  );
}

function outcomeOf({ status, outcome }: Effect): string {
  if (status === 'unknown') return yellow(status);
  if (status !== 'settled') return status;
  return outcome === 'error' ? red(outcome) : green(outcome);
}
