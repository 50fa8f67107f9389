import { readFile } from 'node:fs/promises';
import type { Config } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { LocalKeys } from './local-keys.js';
import { SecretBox } from './secret-box.js';

/**
 * The box under the key of the configuration: `SWITCHYARD_SECRET_KEY`, else the file of `SWITCHYARD_SECRET_KEY_FILE`. Without
 * either nothing can be sealed, and all else works.
 *
 * @throws SwitchyardError `secrets.invalid_key`: the process does not start
 */
export async function configuredSecretBox({ toolHost }: Config): Promise<SecretBox> {
  return new SecretBox(LocalKeys.parse(toolHost.secretKey ?? (await keysOfFile(toolHost.secretKeyFile))));
}

async function keysOfFile(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SwitchyardError(
      'secrets.invalid_key',
      `The file ${path} of SWITCHYARD_SECRET_KEY_FILE cannot be read. Correct the path, or let this process read it.`,
      { cause },
    );
  }
}
