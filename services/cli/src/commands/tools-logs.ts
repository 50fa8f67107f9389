import type { Command } from 'commander';
import { action } from '../cli-context.js';
import { bold, dim, harmless } from '../output/style.js';

export function addToolLogs(tools: Command): void {
  tools
    .command('logs')
    .description('What the program of a server last wrote to its standard error')
    .argument('<server>')
    .addHelpText('after', '\nExample:\n  switchyard tools logs files')
    .action(
      action(async (context, name: string) => {
        const logs = await (await context.client()).tools.logs(name);
        context.print(
          logs.map(({ host, text }) => ({ host, text })),
          () =>
            logs.map(({ host, text }) => `${bold(harmless(host))}\n${harmless(text.trimEnd())}`).join('\n\n') ||
            dim('nothing'),
        );
      }),
    );
}
