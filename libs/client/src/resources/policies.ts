import { fromStore, PolicyListSchema, PolicySchema, type JsonObject, type Policy } from '@switchyard/contracts';
import type { Http } from '../http.js';

/** Rules of a tenant on tool calls. */
export class Policies {
  constructor(private readonly http: Http) {}

  /**
   * Creates or changes one. It holds within two seconds.
   *
   * @param policy as in the contracts: `name`, `description`, `rules`, `seconds`
   * @throws SwitchyardError `policy.invalid`, `condition.invalid`, `policy.too_many`
   */
  async apply(policy: JsonObject): Promise<Policy> {
    return fromStore(PolicySchema, await this.http.json('POST', '/v1/policies', { body: policy, repeatable: true }));
  }

  /** All of them, by name. */
  async list(): Promise<Policy[]> {
    return fromStore(PolicyListSchema, await this.http.json('GET', '/v1/policies')).policies;
  }

  /** @throws SwitchyardError `policy.not_found` */
  async remove(name: string): Promise<void> {
    await this.http.json('DELETE', `/v1/policies/${encodeURIComponent(name)}`);
  }
}
