import { Option, type Command } from 'commander';
import { MemorySchema, RecallReplySchema, toWire, type RecallReply } from '@switchyard/contracts';
import { collect, moment, number } from '../arguments.js';
import { action } from '../cli-context.js';
import { hitText } from '../output/memory-text.js';
import { dim, yellow } from '../output/style.js';
import { addMemoryActs } from './memory-acts.js';
import { addMemoryExchange } from './memory-exchange.js';
import { addMemoryHistory } from './memory-history.js';
import { addMemoryList } from './memory-list.js';
import { addMemoryMcp } from './memory-mcp.js';
import { addMemorySettings } from './memory-settings.js';
import { scopeOf, withScope, type ScopeFlags } from './memory-scope.js';

interface AddFlags extends ScopeFlags {
  tag?: string[];
  subject?: string;
  validFrom?: Date;
  validTo?: Date;
  expires?: Date;
}

interface SearchFlags extends ScopeFlags {
  limit: number;
  tag?: string[];
  kind?: string[];
  asOf?: Date;
  knownAt?: Date;
  since?: Date;
  until?: Date;
  budget?: number;
  minTrust?: string;
  rerank?: string;
}

export function addMemory(program: Command): void {
  const memory = program.command('memory').description('What the platform remembers');
  addAdd(memory);
  addSearch(memory);
  addMemoryHistory(memory);
  addMemoryList(memory);
  addMemoryActs(memory);
  addMemoryExchange(memory);
  addMemorySettings(memory);
  addMemoryMcp(memory);
}

function addAdd(memory: Command): void {
  withScope(memory.command('add').description('Remember a statement'))
    .argument('<text>')
    .option('--tag <tag>', 'may be repeated', collect)
    .option('--subject <subject>', 'what it is about; a later one about the same takes its place')
    .option('--valid-from <moment>', 'since when it is true', moment)
    .option('--valid-to <moment>', 'until when it is true', moment)
    .option('--expires <moment>', 'when it is forgotten by itself', moment)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard memory add "Deployments happen on Tuesdays" --user ada\n  switchyard memory add "The office is in Basel" --valid-from 2026-10-01 --tag office',
    )
    .action(
      action(async (context, text: string, flags: AddFlags) => {
        const { tag: tags = [], subject, validFrom, validTo, expires: expiresAt } = flags;
        const options = { scope: scopeOf(flags), tags, subject, validFrom, validTo, expiresAt };
        const added = await (await context.client()).memories.remember(text, options);
        context.print(
          toWire(MemorySchema, added, { complete: true }),
          () => `${added.id}${added.count > 1 ? dim(` (said ${added.count} times)`) : ''}`,
        );
      }),
    );
}

function addSearch(memory: Command): void {
  withScope(memory.command('search').description('What is remembered about something, and why it was found'))
    .argument('<query>')
    .option('-n, --limit <n>', 'how many, at most 50', number, 8)
    .option('--tag <tag>', 'only with this tag; may be repeated', collect)
    .option('--kind <kind>', 'only episode, fact or summary; may be repeated', collect)
    .option('--as-of <moment>', 'what was true then', moment)
    .option('--known-at <moment>', 'what was known then', moment)
    .option('--since <moment>', 'said or recorded since', moment)
    .option('--until <moment>', 'said or recorded until', moment)
    .option('--budget <tokens>', 'tokens of all texts together', number)
    .option('--rerank <agent>', 'put the best into order by this agent')
    .addOption(new Option('--min-trust <trust>', 'only what is believed so far').choices(['low', 'medium', 'high']))
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard memory search "favourite colour" --user ada\n  switchyard memory search "where is the office" --as-of 2026-09-01',
    )
    .action(
      action(async (context, query: string, flags: SearchFlags) => {
        const {
          limit,
          tag: tags,
          kind: kinds,
          budget: budgetTokens,
          asOf,
          knownAt,
          since,
          until,
          minTrust,
          rerank,
        } = flags;
        const options = { limit, tags, kinds, budgetTokens, asOf, knownAt, since, until, minTrust, rerank };
        const found = await (await context.client()).memories.recall(query, { scope: scopeOf(flags), ...options });
        context.print(toWire(RecallReplySchema, found, { complete: true })['memories'], () => foundText(found));
      }),
    );
}

function foundText({ memories, degraded }: RecallReply): string {
  const lines = memories.length === 0 ? ['Nothing is remembered about that.'] : memories.map(hitText);
  return [...lines, ...(degraded === '' ? [] : [yellow(degraded)])].join('\n');
}
