import { Inject, Injectable } from '@nestjs/common';
import { newId, SwitchyardError, didYouMean } from '@switchyard/contracts';
import { unstorable } from '../shared/unstorable.js';
import { KeysRepository, type KeyRow } from './keys.repository.js';
import { hashSecret, newSecret, SECRET } from './secret.js';

/** read: see; run: start and cancel; admin: change agents, backends, tools and keys. */
export const SCOPES = ['read', 'run', 'admin'] as const;

@Injectable()
export class KeysService {
  constructor(@Inject(KeysRepository) private readonly repository: KeysRepository) {}

  /** @throws SwitchyardError `contract.invalid` for an unknown scope. The secret is told here, once. */
  async create(tenant: string, name: string, scopes: readonly string[]): Promise<{ key: KeyRow; secret: string }> {
    const known: readonly string[] = SCOPES;
    const unknown = scopes.find((scope) => !known.includes(scope));
    if (unknown !== undefined || scopes.length === 0) {
      throw new SwitchyardError(
        'contract.invalid',
        `A key has one or more of the scopes ${SCOPES.join(', ')}${unknown === undefined ? '.' : `, not "${unknown}".${didYouMean(unknown, SCOPES)}`}`,
        { details: { field: 'scopes' } },
      );
    }
    if (unstorable(name).length > 0) {
      throw new SwitchyardError(
        'contract.invalid',
        'The name of the key has a NUL character or half of a surrogate pair.',
        {
          details: { field: 'name' },
        },
      );
    }
    const secret = newSecret();
    const key = await this.repository.insert({
      tenant,
      id: newId('key'),
      name,
      scopes: [...new Set(scopes)],
      hash: hashSecret(secret),
    });
    return { key, secret };
  }

  /**
   * Whose key this is. Malformed, unknown and revoked keys all take the same way (hash, look up) and get the same answer,
   * so that nothing about the stored keys can be learned from it.
   *
   * @throws SwitchyardError `key.invalid`
   */
  async verify(secret: string): Promise<KeyRow> {
    const key = await this.repository.findByHash(hashSecret(secret));
    if (!SECRET.test(secret) || !key || key.revoked_at !== null) {
      throw new SwitchyardError(
        'key.invalid',
        'This API key is not valid. Use one made with "switchyard keys create", or make another.',
      );
    }
    return key;
  }

  list(tenant: string): Promise<KeyRow[]> {
    return this.repository.list(tenant);
  }

  /** Works from the next request on; again is no error. @throws SwitchyardError `key.not_found` */
  async revoke(tenant: string, id: string): Promise<KeyRow> {
    const key = await this.repository.revoke(tenant, id);
    if (!key)
      throw new SwitchyardError(
        'key.not_found',
        `There is no API key "${id}". List them with "switchyard keys list".`,
        { details: { id } },
      );
    return key;
  }
}
