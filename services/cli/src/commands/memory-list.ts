import type { Command } from 'commander';
import { create, MemoryListSchema, SwitchyardError, toWire, type JsonValue, type Memory } from '@switchyard/contracts';
import { collect, filled, moment, number } from '../arguments.js';
import { action } from '../cli-context.js';
import { episodeTable, memoryTable } from '../output/memory-text.js';
import { scopeOf, withScope, type ScopeFlags } from './memory-scope.js';

interface ListFlags extends ScopeFlags {
  limit: number;
  kind?: string[];
  state?: string[];
  tag?: string[];
  since?: Date;
  until?: Date;
  run?: string;
  before?: string;
}

interface EpisodeFlags extends ScopeFlags {
  limit: number;
  run?: string;
  after?: string;
}

export function addMemoryList(memory: Command): void {
  withScope(memory.command('list').description('The newest memories'))
    .option('-n, --limit <n>', 'how many, at most 200', number, 20)
    .option('--kind <kind>', 'only episode, fact or summary; may be repeated', collect)
    .option('--state <state>', 'only current, superseded or retracted; may be repeated; else the first two', collect)
    .option('--tag <tag>', 'only with this tag; may be repeated', collect)
    .option('--since <moment>', 'said or recorded since', moment)
    .option('--until <moment>', 'said or recorded until', moment)
    .option('--run <run>', 'what this run said and saved', filled)
    .option('--before <memory>', 'the page after the one that ended with this memory')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard memory list --user ada --kind fact\n  switchyard memory list --state retracted --since 2026-11-01\n  switchyard memory list --run run_01m83t3bs75sprv1ztsnxmss8e',
    )
    .action(
      action(async (context, flags: ListFlags) => {
        const { limit, kind: kinds, state: states, tag: tags, since, until, run: runId, before } = flags;
        const page = { limit, kinds, states, tags, since, until, runId, before };
        const memories = await (await context.client()).memories.list({ scope: scopeOf(flags), ...page });
        context.print(wireOf(memories), () =>
          memories.length === 0 ? 'Nothing that fits is remembered.' : memoryTable(memories),
        );
      }),
    );
  withScope(memory.command('episodes').description('What was said in a run or a conversation, in its order'))
    .option('--run <run>', 'in this run', filled)
    .option('-n, --limit <n>', 'how many, at most 200', number, 50)
    .option('--after <memory>', 'the page after the one that ended with this memory')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard memory episodes --run run_01m83t3bs75sprv1ztsnxmss8e\n  switchyard memory episodes --thread talk --user ada',
    )
    .action(
      action(async (context, flags: EpisodeFlags) => {
        const { run: runId, thread, agent, user, limit, after } = flags;
        if (runId === undefined && thread === undefined)
          throw new SwitchyardError('usage.invalid', 'Say of which run (--run) or which conversation (--thread).');
        const which = { runId, thread, agent, user };
        const memories = await (await context.client()).memories.episodes({ ...which, limit, after });
        context.print(wireOf(memories), () =>
          memories.length === 0
            ? 'Nothing was recorded there. Conversations are, of agents whose definition says "remember: conversations".'
            : episodeTable(memories),
        );
      }),
    );
}

function wireOf(memories: readonly Memory[]): JsonValue | undefined {
  return toWire(MemoryListSchema, create(MemoryListSchema, { memories: [...memories] }), { complete: true })[
    'memories'
  ];
}
