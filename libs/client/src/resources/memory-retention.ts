import {
  fromStore,
  RetentionListSchema,
  RetentionPolicySchema,
  type JsonObject,
  type RetentionPolicy,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

/** How long memories are kept. */
export class MemoryRetention {
  constructor(private readonly http: Http) {}

  /** By name. */
  async list(): Promise<RetentionPolicy[]> {
    return fromStore(RetentionListSchema, await this.http.json('GET', '/v1/memories/retention')).policies;
  }

  /** Creates or changes one. @param policy as in the contracts: `name`, `scope`, `kind`, `max_age_days`, `unused_days`, `quota` */
  async put(policy: JsonObject): Promise<RetentionPolicy> {
    const init = { body: policy, repeatable: true };
    return fromStore(RetentionPolicySchema, await this.http.json('POST', '/v1/memories/retention', init));
  }

  async remove(name: string): Promise<RetentionPolicy> {
    const path = `/v1/memories/retention/${encodeURIComponent(name)}`;
    return fromStore(RetentionPolicySchema, await this.http.json('DELETE', path));
  }
}
