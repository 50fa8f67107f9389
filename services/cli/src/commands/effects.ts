import type { Command } from 'commander';
import {
  create,
  EffectListSchema,
  EffectSchema,
  SwitchyardError,
  toWire,
  type Effect,
  type JsonValue,
} from '@switchyard/contracts';
import { filled, jsonValue, positive } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { effectText } from '../output/effect-text.js';
import { agoOf } from '../output/format.js';
import { harmless, yellow } from '../output/style.js';
import { table } from '../output/table.js';

interface ListFlags {
  all?: boolean;
  status?: string;
  run?: string;
  limit: number;
}

interface DecideFlags {
  reason?: string;
}

interface SettleFlags extends DecideFlags {
  value?: JsonValue;
}

export function addEffects(program: Command): void {
  const effects = program
    .command('effects')
    .description('Tool calls that touch the world, and decisions on those of which nobody knows what became of them');
  effects
    .command('list')
    .description('Calls in doubt; their runs wait for a decision')
    .option('-a, --all', 'all calls of the ledger, not only those in doubt')
    .option('-s, --status <status>', 'started, settled, unknown or released')
    .option('-r, --run <run>', 'only calls of this run')
    .option('-n, --limit <n>', 'how many', positive, 20)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard effects list\n  switchyard effects list --all --run run_01m83t3bs75sprv1ztsnxmss8e',
    )
    .action(
      action(async (context, { all, status, run, limit }: ListFlags) => {
        const wanted = status ?? (all ? undefined : 'unknown');
        const found = await (await context.client()).effects.list({ status: wanted, runId: run, limit });
        context.print(
          toWire(EffectListSchema, create(EffectListSchema, { effects: found }), { complete: true })['effects'],
          () => (found.length === 0 ? nothing(wanted) : effectTable(found)),
        );
      }),
    );
  effects
    .command('show')
    .description('One call: what happened, and what can be decided')
    .argument('<call>')
    .addHelpText('after', '\nExample:\n  switchyard effects show call_01m83t3bs75sprv1ztsnxmss8e')
    .action(
      action(async (context, callId: string) => print(context, await (await context.client()).effects.get(callId))),
    );
  effects
    .command('retry')
    .description('It did not take effect, or may take effect twice: run the call again')
    .argument('<call>')
    .option('--reason <text>', 'why, for the record', filled)
    .addHelpText(
      'after',
      '\nExample:\n  switchyard effects retry call_01m83t3bs75sprv1ztsnxmss8e --reason "nothing in the outbox"',
    )
    .action(
      action(async (context, callId: string, { reason = '' }: DecideFlags) => {
        const { effects: ledger } = await context.client();
        const { attempt } = await ledger.get(callId);
        print(context, await ledger.retry(callId, { reason, attempt }));
      }),
    );
  effects
    .command('settle')
    .description('It took effect: the agent reads this result and goes on')
    .argument('<call>')
    .argument('[result]', 'what the tool gave, as text')
    .option('--value <json>', 'the same as a JSON value, instead of a text', jsonValue)
    .option('--reason <text>', 'how you know, for the record', filled)
    .addHelpText(
      'after',
      `\nExamples:\n  switchyard effects settle call_01m83t3bs75sprv1ztsnxmss8e "Sent, message 4711"\n  switchyard effects settle call_01m83t3bs75sprv1ztsnxmss8e --value '{"message": 4711}' --reason "it is in the outbox"`,
    )
    .action(
      action(async (context, callId: string, text: string | undefined, { reason = '', value }: SettleFlags) => {
        const result = oneOf(text, value);
        const { effects: ledger } = await context.client();
        const { attempt } = await ledger.get(callId);
        print(context, await ledger.settle(callId, result, { reason, attempt }));
      }),
    );
  effects
    .command('fail')
    .description('It did not take effect and is not to be run again: the agent reads the reason')
    .argument('<call>')
    .option('--reason <text>', 'what the agent reads', filled)
    .addHelpText(
      'after',
      '\nExample:\n  switchyard effects fail call_01m83t3bs75sprv1ztsnxmss8e --reason "the account is closed"',
    )
    .action(
      action(async (context, callId: string, { reason = '' }: DecideFlags) => {
        const { effects: ledger } = await context.client();
        const { attempt } = await ledger.get(callId);
        print(context, await ledger.fail(callId, { reason, attempt }));
      }),
    );
}

/** @throws SwitchyardError `usage.invalid` */
function oneOf(text: string | undefined, value: JsonValue | undefined): JsonValue {
  if (text !== undefined && value === undefined) return text;
  if (text === undefined && value !== undefined) return value;
  throw new SwitchyardError(
    'usage.invalid',
    'Give what the tool gave: either as a text after the call, or as a JSON value with --value. See: switchyard effects settle --help',
  );
}

function print(context: CliContext, effect: Effect): void {
  context.print(toWire(EffectSchema, effect, { complete: true }), () => effectText(effect));
}

function nothing(status: string | undefined): string {
  if (status === 'unknown') return 'No call is in doubt.';
  return status === undefined ? 'The ledger has no calls.' : `No call is ${status}.`;
}

function effectTable(effects: readonly Effect[]): string {
  return table(
    ['CALL', 'AGE', 'STATUS', 'TOOL', 'EFFECT', 'ATTEMPT', 'RUN'],
    effects.map(({ callId, startedAt, status, tool, effect, attempt, runId }) => [
      callId,
      agoOf(startedAt),
      status === 'unknown' ? yellow(status) : status,
      harmless(tool),
      effect,
      String(attempt),
      runId || '–',
    ]),
  );
}
