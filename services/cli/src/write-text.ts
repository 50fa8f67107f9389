import { writeFile } from 'node:fs/promises';
import { SwitchyardError } from '@switchyard/contracts';

/** A file that was named on the command line; what stood there is lost. @throws SwitchyardError `usage.invalid` */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('usage.invalid', `${file} cannot be written: ${reason}.`, { cause });
  }
}
