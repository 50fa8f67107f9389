import type { Command } from 'commander';
import { ApiKeyListSchema, ApiKeySchema, create, CreateKeyReplySchema, toWire } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { agoOf } from '../output/format.js';
import { bold, dim } from '../output/style.js';
import { table } from '../output/table.js';

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys; only their hashes are kept');
  keys
    .command('create')
    .description('A new key; its secret is shown this once')
    .argument('<name>', 'for people: who uses it')
    .option('-s, --scope <scope...>', 'read, run, admin', ['read', 'run'])
    .addHelpText('after', '\nExample:\n  switchyard keys create dashboard --scope read')
    .action(
      action(async (context, name: string, flags: { scope: string[] }) => {
        const reply = await (await context.client()).keys.create(name, flags.scope);
        context.print(
          toWire(CreateKeyReplySchema, reply, { complete: true }),
          () => `${bold(reply.secret)}\n${dim('Shown this once.')}`,
        );
      }),
    );
  keys
    .command('list')
    .description('All keys, without their secrets')
    .action(
      action(async (context) => {
        const found = await (await context.client()).keys.list();
        context.print(
          toWire(ApiKeyListSchema, create(ApiKeyListSchema, { keys: found }), { complete: true })['keys'],
          () =>
            table(
              ['ID', 'NAME', 'SCOPES', 'AGE', 'STATUS'],
              found.map((key) => [
                key.id,
                key.name,
                key.scopes.join(' '),
                agoOf(key.createdAt),
                key.revokedAt ? 'revoked' : 'active',
              ]),
            ),
        );
      }),
    );
  keys
    .command('revoke')
    .description('End a key')
    .argument('<id>')
    .action(
      action(async (context, id: string) => {
        const key = await (await context.client()).keys.revoke(id);
        context.print(toWire(ApiKeySchema, key, { complete: true }), () => `${key.name} is revoked`);
      }),
    );
}
