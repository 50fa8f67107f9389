import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { SwitchyardError } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { bold, harmless } from '../output/style.js';

const LOOK_EVERY_MS = 1_000;
/** As long as a login is good for. */
const WAIT_MS = 15 * 60_000;

export function addToolLogins(tools: Command): void {
  tools
    .command('login')
    .description('Log in to an MCP server that asks for it: prints where to go with a browser')
    .argument('<server>')
    .option('--no-wait', 'print the address, and do not wait until somebody has logged in')
    .addHelpText('after', '\nExample:\n  switchyard tools login github')
    .action(
      action(async (context, name: string, { wait }: { wait: boolean }) => {
        const { tools: resource } = await context.client();
        const url = await resource.login(name);
        if (!wait) return context.print({ url }, () => harmless(url));
        console.error(`Log in here:\n\n  ${harmless(url)}\n`);
        for (const endsAt = Date.now() + WAIT_MS; Date.now() < endsAt; await sleep(LOOK_EVERY_MS)) {
          const server = (await resource.servers()).find((known) => known.name === name);
          if (server?.status === 'connected')
            return context.print(
              { url, status: server.status },
              () => `${bold(name)} connected, ${server.toolCount} tools`,
            );
        }
        throw new SwitchyardError('cli.no_login', `Nobody has logged in to "${name}". Run the command again.`);
      }),
    );
  tools
    .command('logout')
    .description('Forget what a login gave')
    .argument('<server>')
    .addHelpText('after', '\nExample:\n  switchyard tools logout github')
    .action(
      action(async (context, name: string) => {
        await (await context.client()).tools.logout(name);
        context.print({ logged_out: name }, () => `${name} is logged out`);
      }),
    );
}
