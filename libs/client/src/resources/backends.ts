import { BackendListSchema, BackendSchema, fromStore, type Backend, type JsonObject } from '@switchyard/contracts';
import type { Http } from '../http.js';

export class Backends {
  constructor(private readonly http: Http) {}

  async list(): Promise<Backend[]> {
    return fromStore(BackendListSchema, await this.http.json('GET', '/v1/backends')).backends;
  }

  async get(name: string): Promise<Backend> {
    return fromStore(BackendSchema, await this.http.json('GET', `/v1/backends/${encodeURIComponent(name)}`));
  }

  /** @throws SwitchyardError `backend.invalid` */
  async apply(backend: JsonObject): Promise<Backend> {
    return fromStore(BackendSchema, await this.http.json('POST', '/v1/backends', { body: backend, repeatable: true }));
  }

  async remove(name: string): Promise<void> {
    await this.http.json('DELETE', `/v1/backends/${encodeURIComponent(name)}`);
  }
}
