import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import {
  create,
  SecretListSchema,
  SecretRotationSchema,
  SecretSchema,
  SwitchyardError,
  toWire,
  type SecretRotation,
} from '@switchyard/contracts';
import { collect, filled } from '../arguments.js';
import { action } from '../cli-context.js';
import { agoOf } from '../output/format.js';
import { bold, harmless, red } from '../output/style.js';
import { table } from '../output/table.js';

interface SetFlags {
  for: string[];
  pool?: string[];
  fromEnv?: string;
  fromFile?: string;
}

export function addSecrets(program: Command): void {
  const secrets = program
    .command('secrets')
    .description('Secrets for servers of tools, sealed; named there as secret:NAME');
  secrets
    .command('set')
    .description(
      'Set a secret; its value comes from standard input, a variable or a file, and never from the command line',
    )
    .argument('<name>')
    .requiredOption('--for <server-or-tool>', 'what may use it; may be repeated', collect)
    .option('--pool <pool>', 'only tool hosts of this pool may open it; may be repeated', collect)
    .option('--from-env <variable>', 'the environment variable that holds the value', filled)
    .option('--from-file <file>', 'the file that holds the value', filled)
    .addHelpText(
      'after',
      `
A line end after the value is not a part of it.

Examples:
  pass show shop/key | switchyard secrets set SHOP_KEY --for shop
  switchyard secrets set GITHUB_TOKEN --from-env GITHUB_TOKEN --for github --pool internal`,
    )
    .action(
      action(async (context, name: string, flags: SetFlags) => {
        const value = await valueOf(flags);
        const client = await context.client();
        const secret = await client.secrets.set(name, value, { usedBy: flags.for, pools: flags.pool ?? [] });
        context.print(
          toWire(SecretSchema, secret, { complete: true }),
          () => `${bold(secret.name)} is set, for ${secret.usedBy.join(', ')}`,
        );
      }),
    );
  secrets
    .command('list')
    .description('All secrets, without their values')
    .action(
      action(async (context) => {
        const found = await (await context.client()).secrets.list();
        context.print(
          toWire(SecretListSchema, create(SecretListSchema, { secrets: found }), { complete: true })['secrets'],
          () =>
            table(
              ['SECRET', 'FOR', 'POOLS', 'SET', 'BY', 'KEY'],
              found.map(({ name, usedBy, pools, updatedAt, updatedBy, keyId }) => [
                name,
                usedBy.join(' '),
                pools.join(' ') || 'any',
                agoOf(updatedAt),
                harmless(updatedBy),
                keyId,
              ]),
            ),
        );
      }),
    );
  secrets
    .command('remove')
    .description('Remove a secret; what uses it cannot connect any more')
    .argument('<name>')
    .action(
      action(async (context, name: string) => {
        await (await context.client()).secrets.remove(name);
        context.print({ removed: name }, () => `${name} is removed`);
      }),
    );
  secrets
    .command('rotate')
    .description('Put all secrets under the current master key, so that an older one can be taken away')
    .addHelpText('after', '\nExample:\n  switchyard secrets rotate')
    .action(
      action(async (context) => {
        const rotation = await (await context.client()).secrets.rotate();
        context.print(toWire(SecretRotationSchema, rotation, { complete: true }), () => rotationText(rotation));
        if (rotation.failed.length > 0) process.exitCode = 1;
      }),
    );
}

/** @throws SwitchyardError `usage.invalid`, `definition.unreadable` */
async function valueOf({ fromEnv, fromFile }: SetFlags): Promise<string> {
  if (fromEnv !== undefined && fromFile !== undefined)
    throw new SwitchyardError('usage.invalid', 'Give --from-env or --from-file, not both.');
  if (fromEnv !== undefined) {
    const value = process.env[fromEnv];
    if (value) return value;
    throw new SwitchyardError('usage.invalid', `The environment variable ${fromEnv} is not set.`);
  }
  if (fromFile === undefined && process.stdin.isTTY)
    throw new SwitchyardError(
      'usage.invalid',
      'Pipe the value in, or give --from-env or --from-file: what is typed here would stand on the screen.',
    );
  const text = fromFile === undefined ? await readAll(process.stdin) : await contentOf(fromFile);
  return text.replace(/\r?\n$/, '');
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SwitchyardError('definition.unreadable', `${file} cannot be read. Check the path.`, { cause });
  }
}

function rotationText({ rewrapped, current, keyId, failed }: SecretRotation): string {
  const failures = failed.map(
    ({ tenant, name, error }) => `${red(name)}${tenant ? ` of ${tenant}` : ''}: ${harmless(error?.message ?? '')}`,
  );
  return [`${rewrapped} put under the key ${keyId || '(none)'}, ${current} under it before`, ...failures].join('\n');
}
