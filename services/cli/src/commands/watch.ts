import { Option, type Command } from 'commander';
import { create, toWire, WatchListSchema, WatchSchema, type Watch } from '@switchyard/contracts';
import { amount, collect, filled, span } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { watchesText, watchText } from '../drift/drift-text.js';

interface AddFlags {
  backend: string;
  suite?: string;
  agent?: string;
  every?: number;
  maxCost?: number;
  test?: string[];
}

/** `watch` */
export function addWatch(program: Command): void {
  const watch = program.command('watch').description('Live backends that are asked the same things again and again');
  addAdd(watch);
  watch
    .command('list')
    .description('What is watched, and how the last turns went')
    .addHelpText('after', '\nExamples:\n  switchyard watch list')
    .action(
      action(async (context) => {
        const watches = await (await context.client()).watches.list();
        context.print(
          toWire(WatchListSchema, create(WatchListSchema, { watches }), { complete: true })['watches'],
          () => watchesText(watches),
        );
      }),
    );
  watch
    .command('show')
    .description('One with its last turns')
    .argument('<watch>')
    .addHelpText('after', '\nExamples:\n  switchyard watch show hourly')
    .action(action(async (context, name: string) => print(context, await (await context.client()).watches.get(name))));
  watch
    .command('run')
    .description('Take its next turn now')
    .argument('<watch>')
    .addHelpText('after', '\nExamples:\n  switchyard watch run hourly')
    .action(action(async (context, name: string) => print(context, await (await context.client()).watches.run(name))));
  watch
    .command('remove')
    .description('End it; what it found stays')
    .argument('<watch>')
    .addHelpText('after', '\nExamples:\n  switchyard watch remove hourly')
    .action(
      action(async (context, name: string) => {
        const removed = await (await context.client()).watches.remove(name);
        context.print(toWire(WatchSchema, removed, { complete: true }), () => `${removed.name} is no longer watched`);
      }),
    );
}

function addAdd(watch: Command): void {
  watch
    .command('add')
    .description('Watch a backend by a small fixed probe, and by a suite if one is named')
    .argument('<name>', 'of the watch', filled)
    .requiredOption('-b, --backend <name>', 'what is watched', filled)
    .option('-s, --suite <name>', 'a suite that was applied, run and scored at every turn', filled)
    .option('-a, --agent <name>', "what runs the suite, where that is not the suite's own agent", filled)
    .option('--every <span>', 'from one turn to the next, as in 15m, 1h or 1d (default: 1h)', span)
    .option('--max-cost <usd>', 'US dollars in any 24 hours (default: 1)', amount)
    .addOption(
      new Option('--test <what>', 'only this; may be given several times: tokens, answers, latency, quality').argParser(
        collect,
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  switchyard watch add hourly --backend openai --every 1h
  switchyard watch add quality --backend openai --suite arithmetic --every 6h --max-cost 2`,
    )
    .action(
      action(async (context, name: string, { every, maxCost, test, ...flags }: AddFlags) => {
        const { watches } = await context.client();
        print(context, await watches.add(name, { ...flags, everySeconds: every, maxCostUsd: maxCost, tests: test }));
      }),
    );
}

function print(context: CliContext, watch: Watch): void {
  context.print(toWire(WatchSchema, watch, { complete: true }), () => watchText(watch));
}
