import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { SwitchyardError } from '@switchyard/contracts';

export interface Credentials {
  user: string;
  password: string;
}

/** Reads the credentials of a data folder; undefined when it has none yet. */
export async function readCredentials(file: string): Promise<Credentials | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { user, password } = JSON.parse(text) as Partial<Credentials>;
    if (user && password) return { user, password };
  } catch (cause) {
    throw broken(file, cause);
  }
  throw broken(file);
}

/** Makes up a password and keeps it in `file`, which only this user can read. */
export async function createCredentials(file: string): Promise<Credentials> {
  const credentials = { user: 'switchyard', password: randomBytes(24).toString('base64url') };
  await writeFile(file, `${JSON.stringify(credentials)}\n`, { mode: 0o600 });
  return credentials;
}

function broken(file: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'servers.data_unusable',
    `${file} does not hold a user and a password. Put it back from a copy, or choose another data folder.`,
    { details: { file }, cause },
  );
}
