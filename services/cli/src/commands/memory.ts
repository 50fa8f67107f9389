import type { Command } from 'commander';
import { create, MemoryListSchema, MemorySchema, RecallReplySchema, toWire, type Memory } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { collect, number } from '../arguments.js';
import { agoOf, oneLine } from '../output/format.js';
import { dim, harmless } from '../output/style.js';
import { table } from '../output/table.js';

interface ScopeFlags {
  agent?: string;
  user?: string;
  thread?: string;
}

export function addMemory(program: Command): void {
  const memory = program.command('memory').description('What the platform remembers');
  withScope(memory.command('add').description('Remember a statement'))
    .argument('<text>')
    .option('--tag <tag>', 'may be repeated', collect)
    .action(
      action(async (context, text: string, flags: ScopeFlags & { tag?: string[] }) => {
        const added = await (
          await context.client()
        ).memories.remember(text, { scope: scopeOf(flags), tags: flags.tag ?? [] });
        context.print(
          toWire(MemorySchema, added, { complete: true }),
          () => `${added.id}${added.count > 1 ? dim(` (said ${added.count} times)`) : ''}`,
        );
      }),
    );
  withScope(memory.command('search').description('What is remembered about something, and why it was found'))
    .argument('<query>')
    .option('-n, --limit <n>', 'how many, at most 50', number, 8)
    .addHelpText('after', '\nExample:\n  switchyard memory search "favourite colour" --user ada')
    .action(
      action(async (context, query: string, flags: ScopeFlags & { limit: number }) => {
        const memories = await (
          await context.client()
        ).memories.search(query, { scope: scopeOf(flags), limit: flags.limit });
        context.print(
          toWire(RecallReplySchema, create(RecallReplySchema, { memories }), { complete: true })['memories'],
          () =>
            memories.length === 0
              ? 'Nothing is remembered about that.'
              : memories
                  .map(
                    ({ memory: hit, score, why }) =>
                      `${score.toFixed(2)}  ${harmless(hit?.text ?? '')}\n      ${dim(`${hit?.id ?? ''}  ${why}`)}`,
                  )
                  .join('\n'),
        );
      }),
    );
  withScope(memory.command('list').description('The newest memories'))
    .option('-n, --limit <n>', 'how many', number, 20)
    .action(
      action(async (context, flags: ScopeFlags & { limit: number }) => {
        const memories = await (await context.client()).memories.list({ scope: scopeOf(flags), limit: flags.limit });
        context.print(
          toWire(MemoryListSchema, create(MemoryListSchema, { memories }), { complete: true })['memories'],
          () => listText(memories),
        );
      }),
    );
  memory
    .command('forget')
    .description('Delete a memory for good')
    .argument('<id>')
    .action(
      action(async (context, id: string) => {
        const gone = await (await context.client()).memories.forget(id);
        context.print(toWire(MemorySchema, gone, { complete: true }), () => `${id} is forgotten`);
      }),
    );
}

function withScope(command: Command): Command {
  return command
    .option('-a, --agent <name>', 'of this agent')
    .option('-u, --user <name>', 'of this user')
    .option('-t, --thread <name>', 'of this conversation');
}

function scopeOf({ agent, user, thread }: ScopeFlags) {
  return { agent, user, thread };
}

function listText(memories: readonly Memory[]): string {
  return table(
    ['ID', 'AGE', 'SCOPE', 'SOURCE', 'TEXT'],
    memories.map(({ id, createdAt, scope, provenance, text }) => [
      id,
      agoOf(createdAt),
      [scope?.agent, scope?.user, scope?.thread].filter(Boolean).join('/') || 'all',
      [provenance?.source, provenance?.runId].filter(Boolean).join(' '),
      harmless(oneLine(text, 70)),
    ]),
  );
}
