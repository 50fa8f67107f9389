import { Argument, Option, type Command } from 'commander';
import {
  ConsolidationPolicySchema,
  create,
  MemoryBlockSchema,
  MemoryStatusReplySchema,
  RetentionListSchema,
  RetentionPolicySchema,
  toWire,
  type ConsolidationPolicy,
  type JsonObject,
  type JsonValue,
  type MemoryBlock,
  type MemoryAsks,
  type MemoryStatusReply,
  type RetentionPolicy,
} from '@switchyard/contracts';
import { number } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { dim, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import { scopeOf, withScope, type ScopeFlags } from './memory-scope.js';

interface RetentionFlags extends ScopeFlags {
  kind?: string;
  maxAge?: number;
  unused?: number;
  quota?: number;
}

interface BlockFlags extends ScopeFlags {
  label?: string;
  version?: number;
}

export function addMemorySettings(memory: Command): void {
  memory
    .command('status')
    .description('How memories are searched by meaning, what waits for it, and what agents were asked for')
    .action(
      action(async (context) => {
        const status = await (await context.client()).memories.status();
        context.print(toWire(MemoryStatusReplySchema, status, { complete: true }), () => statusText(status));
      }),
    );
  addRetention(memory.command('retention').description('How long memories are kept'));
  addConsolidation(memory.command('consolidation').description('Whether summaries are made in the background'));
  addBlocks(memory.command('blocks').description('The working memory of a thread'));
}

function addRetention(retention: Command): void {
  retention
    .command('list')
    .description('The policies')
    .action(
      action(async (context) => {
        const policies = await (await context.client()).memories.retention.list();
        const wire = toWire(RetentionListSchema, create(RetentionListSchema, { policies }), { complete: true });
        context.print(wire['policies'], () => (policies.length === 0 ? 'All is kept.' : policyTable(policies)));
      }),
    );
  withScope(retention.command('set').description('Create or change a policy'))
    .argument('<name>')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(['episode', 'fact', 'summary']))
    .option('--max-age <days>', 'forgotten so long after they were last said', number)
    .option('--unused <days>', 'forgotten so long after they were last recalled or said', number)
    .option('--quota <n>', 'so many of one scope are kept; the least valuable go first', number)
    .action(
      action(async (context, name: string, flags: RetentionFlags) => {
        const { kind, maxAge, unused, quota } = flags;
        const given: Readonly<Record<string, JsonValue | undefined>> = {
          kind,
          max_age_days: maxAge,
          unused_days: unused,
          quota,
          scope: scopeJson(flags),
        };
        const values = Object.entries(given).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
        const policy = await (await context.client()).memories.retention.put({ name, ...Object.fromEntries(values) });
        context.print(toWire(RetentionPolicySchema, policy, { complete: true }), () => policyTable([policy]));
      }),
    );
  retention
    .command('remove')
    .description('Remove a policy')
    .argument('<name>')
    .action(
      action(async (context, name: string) => {
        const policy = await (await context.client()).memories.retention.remove(name);
        context.print(toWire(RetentionPolicySchema, policy, { complete: true }), () => `${name} is removed`);
      }),
    );
}

function addConsolidation(consolidation: Command): void {
  consolidation
    .command('show')
    .description('What is set')
    .action(
      action(async (context) => {
        printConsolidation(context, await (await context.client()).memories.exchange.consolidation());
      }),
    );
  consolidation
    .command('set')
    .description('Have them made, or not, or as the platform is set')
    .addArgument(new Argument('<rounds>').choices(['on', 'off', 'default']))
    .action(
      action(async (context, rounds: string) => {
        const { exchange } = (await context.client()).memories;
        printConsolidation(context, await exchange.setConsolidation(rounds === 'default' ? '' : rounds));
      }),
    );
}

function printConsolidation(context: CliContext, policy: ConsolidationPolicy): void {
  context.print(toWire(ConsolidationPolicySchema, policy, { complete: true }), () =>
    policy.rounds === ''
      ? 'As the platform is set (SWITCHYARD_CONSOLIDATION).'
      : `${policy.rounds}, where the platform makes any (SWITCHYARD_CONSOLIDATION)`,
  );
}

function addBlocks(blocks: Command): void {
  withScope(blocks.command('show').description('What stands in it'))
    .option('--label <label>', 'which one, where there are several')
    .action(
      action(async (context, flags: BlockFlags) => {
        printBlock(context, await (await context.client()).memories.blocks.get(scopeOf(flags), flags.label));
      }),
    );
  withScope(blocks.command('set').description('Write over it'))
    .argument('<text>')
    .option('--label <label>', 'which one, where there are several')
    .option('--version <n>', 'the version that this replaces; refused where it is another', number)
    .action(
      action(async (context, text: string, flags: BlockFlags) => {
        printBlock(context, await (await context.client()).memories.blocks.put(scopeOf(flags), text, flags));
      }),
    );
}

function printBlock(context: CliContext, block: MemoryBlock): void {
  context.print(toWire(MemoryBlockSchema, block, { complete: true }), () =>
    block.version === 0
      ? 'There is none yet.'
      : `${harmless(block.text)}\n${dim(`version ${block.version}, by ${block.actor}`)}`,
  );
}

function statusText(status: MemoryStatusReply): string {
  const asks = status.asks.map(asksText);
  return [searchText(status), ...asks].join('\n');
}

function asksText({ agent, kind, ...asks }: MemoryAsks): string {
  const { waiting, asked, done, failed, dropped, spentUsd, maxUsdPerDay, lastProblem } = asks;
  const counts = [
    `${done} answered`,
    ...(asked > 0 ? [`${asked} under way`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(dropped > 0 ? [`${dropped} not taken`] : []),
  ];
  const money = `$${spentUsd.toFixed(4)} of $${maxUsdPerDay.toFixed(2)} today`;
  const why = lastProblem === '' ? [] : [(failed > 0 ? red : yellow)(`  ${harmless(lastProblem)}`)];
  return [`${harmless(kind)} by ${harmless(agent)}: ${counts.join(', ')}; ${money}`, ...why].join('\n');
}

function searchText({ embedder, pending, failing, index }: MemoryStatusReply): string {
  if (embedder === '') return 'By words alone: finding by meaning is off (SWITCHYARD_EMBEDDER).';
  const waiting = pending === 0 ? 'nothing waits' : `${pending} wait for their vectors`;
  return [
    `By words and by meaning: ${harmless(embedder)}, ${index}; ${waiting}.`,
    ...(failing === '' ? [] : [red(harmless(failing))]),
  ].join('\n');
}

function scopeJson(flags: ScopeFlags): JsonObject | undefined {
  const parts = Object.entries(scopeOf(flags)).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

function policyTable(policies: readonly RetentionPolicy[]): string {
  const days = (number: number) => (number === 0 ? '–' : `${number} d`);
  return table(
    ['NAME', 'KIND', 'SCOPE', 'AGE', 'UNUSED', 'QUOTA'],
    policies.map(({ name, kind, scope, maxAgeDays, unusedDays, quota }) => [
      name,
      kind || 'any',
      [scope?.agent, scope?.user, scope?.thread].filter(Boolean).join('/') || 'all',
      days(maxAgeDays),
      days(unusedDays),
      quota === 0 ? '–' : String(quota),
    ]),
  );
}
