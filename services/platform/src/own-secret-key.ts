import { randomBytes, randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;

/** Where none is given, a machine of its own has a key of its own: made once, and readable for its user alone. */
export async function ownSecretKey(
  env: Readonly<Record<string, string | undefined>>,
  dataDir: string,
): Promise<{ SWITCHYARD_SECRET_KEY_FILE?: string }> {
  if (env['SWITCHYARD_SECRET_KEY'] || env['SWITCHYARD_SECRET_KEY_FILE']) return {};
  const file = join(dataDir, 'secret.key');
  // Whole or not at all, and never in place of one that is there.
  const made = `${file}.${randomUUID()}`;
  await writeFile(made, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  await link(made, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(made);
  return { SWITCHYARD_SECRET_KEY_FILE: file };
}
