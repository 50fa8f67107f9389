import { Option, type Command } from 'commander';
import { create, SwapListSchema, SwapSchema, SwitchyardError, toWire, type Swap } from '@switchyard/contracts';
import type { SwapFilter, SwapOptions, SwapTarget } from '@switchyard/client';
import { amount, collect, filled, number, part, positive } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { readSuite } from '../evaluation/read-suite.js';
import { readDefinition } from '../read-definition.js';
import { guardrailOf } from '../rollouts/guardrail-option.js';
import { swapList, swapText } from '../swap/swap-text.js';
import { exitStatusOf, watchSwap } from '../swap/watch-swap.js';
import { addSwapReport } from './swap-report.js';

interface StartFlags {
  to?: string;
  toVersion?: string;
  definition?: string;
  suite?: string;
  file?: string;
  suiteVersion?: string;
  repeats?: number;
  replay?: number;
  margin?: number;
  maxCost?: number;
  share?: number;
  sticky?: 'thread' | 'user' | 'run';
  guardrail?: string[];
  promoteAfter?: number;
  canary: boolean;
  approve?: boolean;
  dryRun?: boolean;
  wait: boolean;
}

/** `swap` */
export function addSwap(program: Command): void {
  const swap = program
    .command('swap')
    .description("Swap an agent's model or version with proof: evaluated, certified, rolled out, watched")
    .addHelpText('after', '\nExamples:\n  switchyard swap accountant --to glm -f suite.yaml\n  switchyard swap list');
  addStart(swap);
  swap
    .command('list')
    .description('Swaps, the newest first')
    .option('-a, --agent <name>', 'of this agent only', filled)
    .option('--status <status>', 'those that are so only: watching, refused, promoted, …', filled)
    .action(
      action(async (context, flags: SwapFilter) => {
        const swaps = await (await context.client()).swaps.list(flags);
        const wire = toWire(SwapListSchema, create(SwapListSchema, { swaps }), { complete: true });
        context.print(wire['swaps'], () => swapList(swaps));
      }),
    );
  swap
    .command('show')
    .description('One swap: how it stands and why, what it rests on, and what was done')
    .argument('<swap>')
    .action(
      action(async (context, id: string) => {
        show(context, await (await context.client()).swaps.get(id));
      }),
    );
  swap
    .command('watch')
    .description('Follow a swap to its end')
    .argument('<swap>')
    .addHelpText('after', '\nExit status: as of `swap`.\n\nExamples:\n  switchyard swap watch swap_…')
    .action(
      action(async (context, id: string) => {
        const client = await context.client();
        const ended = await watchSwap(client, await client.swaps.get(id));
        showEnded(context, ended);
        process.exitCode = exitStatusOf(ended);
      }),
    );
  swap
    .command('stop')
    .description('End a swap: what is evaluated is cancelled, and its rollout ended')
    .argument('<swap>')
    .option('-r, --reason <text>', 'why', filled)
    .action(
      action(async (context, id: string, { reason }: { reason?: string }) => {
        show(context, await (await context.client()).swaps.stop(id, reason));
      }),
    );
  swap
    .command('approve')
    .description('Let the canary of a certified swap begin')
    .argument('<swap>')
    .option('-r, --reason <text>', 'why', filled)
    .action(
      action(async (context, id: string, { reason }: { reason?: string }) => {
        show(context, await (await context.client()).swaps.approve(id, reason));
      }),
    );
  addSwapReport(swap);
}

function addStart(swap: Command): void {
  swap
    .command('start', { isDefault: true })
    .description('Swap an agent to another backend (or version), and follow it; "start" may be left out')
    .argument('<agent>')
    .option('--to <backend>', 'the backend', filled)
    .option('--to-version <version>', 'or a version of the agent that is kept: a number or a content address', filled)
    .option('--definition <file>', 'or a definition of the agent, YAML or JSON', filled)
    .option('-f, --file <file>', 'the suite that both are held against, YAML or JSON; "-" reads standard input')
    .option('-s, --suite <name>', 'a suite that was applied, instead of a file', filled)
    .option('--suite-version <version>', 'of --suite: its number, or the beginning of its content address', filled)
    .option('--repeats <n>', 'how often each case is run', positive)
    .option('--replay <n>', 'recorded runs that are replayed: none where there is a suite, else 50', positive)
    .option('--margin <share>', 'by how much scores may be worse; 0.02 where absent', part)
    .option('--max-cost <usd>', 'of all evaluations together', amount)
    .option('--share <share>', 'of new runs in the canary: 0.1 (default) is a tenth', part)
    .addOption(
      new Option(
        '--sticky <by>',
        'who always gets the same in the canary: a thread (default), a user, or nobody',
      ).choices(['thread', 'user', 'run']),
    )
    .option(
      '-g, --guardrail <measure:margin>',
      'by so much it may be worse in the canary, as of `rollout start`; may be repeated',
      collect,
    )
    .option(
      '--promote-after <runs>',
      'runs of it in the canary after which it is promoted; 300 where absent, 0: by people',
      number,
    )
    .option('--no-canary', 'end with the certificate')
    .option('--approve', 'wait for a person before the canary: `swap approve`')
    .option('--dry-run', 'only say what would be done, and what that would take')
    .option('--no-wait', 'start it and leave it to itself')
    .addHelpText(
      'after',
      `
Exit status: 0 promoted or certified, 1 refused, rolled back or stopped, 7 not decided; others as everywhere.
Ctrl-C leaves the swap going: watch it again, or stop it.

Examples:
  switchyard swap start accountant --to glm -f suite.yaml --dry-run
  switchyard swap accountant --to glm --suite accounting --margin 0.05 --max-cost 5
  switchyard swap accountant --to glm --replay 200 --no-canary
  switchyard swap accountant --definition accountant.yaml -s accounting --approve --guardrail cost:0.1`,
    )
    .action(
      action(async (context, agent: string, flags: StartFlags) => {
        const [to, options] = [await targetOf(flags), await optionsOf(flags)];
        const client = await context.client();
        const begun = await client.swaps.start(agent, to, options);
        if (flags.dryRun === true || !flags.wait) {
          show(context, begun);
          return;
        }
        const ended = await watchSwap(client, begun);
        showEnded(context, ended);
        process.exitCode = exitStatusOf(ended);
      }),
    );
}

/** @throws SwitchyardError `usage.invalid` */
async function targetOf({ to, toVersion, definition }: StartFlags): Promise<SwapTarget> {
  if ([to, toVersion, definition].filter((each) => each !== undefined).length !== 1)
    throw new SwitchyardError('usage.invalid', 'Say what to swap to: one of --to, --to-version and --definition.');
  return {
    backend: to,
    version: toVersion,
    definition: definition === undefined ? undefined : await readDefinition(definition),
  };
}

/** @throws SwitchyardError `usage.invalid` */
async function optionsOf(flags: StartFlags): Promise<SwapOptions> {
  const { file, suite, maxCost: maxCostUsd, guardrail } = flags;
  if (file !== undefined && suite !== undefined)
    throw new SwitchyardError('usage.invalid', 'Give either a file (--file) or the name of a suite (--suite).');
  const { suiteVersion, repeats, replay, margin, share, sticky, promoteAfter, canary, approve, dryRun } = flags;
  return {
    suite: file === undefined ? suite : await readSuite(file),
    guardrails: guardrail?.map(guardrailOf),
    ...{ suiteVersion, repeats, replay, margin, maxCostUsd, share, sticky, promoteAfter, canary, approve, dryRun },
  };
}

/** One that was watched, so that its steps stand above already. */
function showEnded(context: CliContext, swap: Swap): void {
  context.print(toWire(SwapSchema, swap, { complete: true }), () => swapText(swap, { steps: false }));
}

function show(context: CliContext, swap: Swap): void {
  context.print(toWire(SwapSchema, swap, { complete: true }), () => swapText(swap));
}
