import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import { malformed } from '../../memory/malformed.js';
import { parseMmlu, type MmluPair } from './parse-mmlu.js';

/**
 * RouteLLM's folder `routellm/evals/mmlu/responses`, or one file of all.
 *
 * @throws SwitchyardError `bench.not_found`, `bench.invalid`
 */
export async function readMmlu(path: string): Promise<MmluPair[]> {
  const folder = await isFolder(path);
  const names = folder ? (await readdir(path)).filter((name) => /^mmlu_.*\.csv$/.test(name)).sort() : [];
  if (folder && names.length === 0) throw malformed(path, 'has no mmlu_<subject>.csv');
  const files = folder ? names.map((name) => join(path, name)) : [path];
  const pairs: MmluPair[] = [];
  for (const file of files) pairs.push(...parseMmlu(await readFile(file, 'utf8'), file));
  return pairs;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new SwitchyardError('bench.not_found', `${path} cannot be read. Give RouteLLM's folder, or one CSV of all.`, {
      cause: error,
    });
  }
}
