import {
  ApiKeyListSchema,
  ApiKeySchema,
  CreateKeyReplySchema,
  fromStore,
  type ApiKey,
  type CreateKeyReply,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

/** Needs a key with the scope `admin`. */
export class Keys {
  constructor(private readonly http: Http) {}

  async list(): Promise<ApiKey[]> {
    return fromStore(ApiKeyListSchema, await this.http.json('GET', '/v1/keys')).keys;
  }

  /** The secret is in this answer and never again. @param scopes read, run, admin */
  async create(name: string, scopes: string[]): Promise<CreateKeyReply> {
    return fromStore(CreateKeyReplySchema, await this.http.json('POST', '/v1/keys', { body: { name, scopes } }));
  }

  async revoke(id: string): Promise<ApiKey> {
    return fromStore(ApiKeySchema, await this.http.json('DELETE', `/v1/keys/${encodeURIComponent(id)}`));
  }
}
