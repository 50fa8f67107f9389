import { readFile } from 'node:fs/promises';
import { SwitchyardError, type JsonValue } from '@switchyard/contracts';

/** @throws SwitchyardError `bench.not_found` (no such file), `bench.invalid` (not JSON) */
export async function readJson(file: string): Promise<JsonValue> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SwitchyardError('bench.not_found', `Cannot read ${file}. Is the path right?`, { cause });
  });
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new SwitchyardError('bench.invalid', `${file} is not JSON. Was it downloaded whole?`, { cause });
  }
}
