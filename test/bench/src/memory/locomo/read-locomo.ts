import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conversation } from '../corpus.js';
import { readJson } from '../read-json.js';
import { parseAudit } from './parse-audit.js';
import { parseLocomo } from './parse-locomo.js';

/**
 * @param audit one file of corrections, or the folder that holds them
 * @throws SwitchyardError `bench.not_found`, `bench.invalid`
 */
export async function readLocomo(file: string, audit?: string): Promise<Conversation[]> {
  const corrections = new Map<string, string[]>();
  for (const part of audit === undefined ? [] : await auditFiles(audit))
    for (const [id, evidence] of parseAudit(await readJson(part))) corrections.set(id, evidence);
  return parseLocomo(await readJson(file), corrections);
}

async function auditFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const names = await readdir(path);
  return names.filter((name) => /^errors_conv_\d+\.json$/.test(name)).map((name) => join(path, name));
}
