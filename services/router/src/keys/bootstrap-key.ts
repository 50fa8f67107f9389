import type { DataSource } from 'typeorm';
import { KeysRepository } from './keys.repository.js';
import { KeysService, SCOPES } from './keys.service.js';

export interface BootstrapKey {
  secret: string;
  /** False where the secret that was given is good still. */
  created: boolean;
}

/**
 * The key of whoever starts a system on their own machine: the one they have, if it is valid, else a new one with all
 * scopes. For `switchyard up`, which has the database at hand before any service answers.
 *
 * @param secret what an earlier start kept, if anything
 */
export async function bootstrapKey(dataSource: DataSource, tenant: string, secret?: string): Promise<BootstrapKey> {
  const repository = new KeysRepository(dataSource);
  const keys = new KeysService(repository);
  if (secret !== undefined && (await isValid(keys, tenant, secret))) return { secret, created: false };
  const created = await keys.create(tenant, 'first key', SCOPES);
  return { secret: created.secret, created: true };
}

async function isValid(keys: KeysService, tenant: string, secret: string): Promise<boolean> {
  try {
    return (await keys.verify(secret)).tenant === tenant;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'key.invalid') return false;
    throw error;
  }
}
