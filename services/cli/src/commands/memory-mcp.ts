import type { Command } from 'commander';
import { action } from '../cli-context.js';
import { scopeOf, withScope, type ScopeFlags } from './memory-scope.js';

export function addMemoryMcp(memory: Command): void {
  withScope(memory.command('mcp').description('Memory as an MCP server, over standard input and output'))
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard memory mcp --user ada\n  switchyard tools add recall -- npx switchyard memory mcp --user ada',
    )
    .action(
      action(async (context, flags: ScopeFlags) => {
        // Read only here: nothing else that is typed needs the protocol.
        const { serveMemory } = await import('../memory-mcp/serve-memory.js');
        await serveMemory(await context.client(), scopeOf(flags));
      }),
    );
}
