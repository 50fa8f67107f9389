import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';

/** A file that was named on the command line; what stood there is lost. @throws SwitchyardError `usage.invalid` */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** Before what it is to tell of is paid for. @throws SwitchyardError `usage.invalid` where its folder takes no files */
export async function checkFolder(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): SwitchyardError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SwitchyardError('usage.invalid', `${file} cannot be written: ${reason}.`, { cause });
}
