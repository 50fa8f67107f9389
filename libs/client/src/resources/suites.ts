import {
  fromStore,
  SuiteVersionListSchema,
  SuiteVersionSchema,
  type JsonObject,
  type SuiteVersion,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

/** Suites that are kept, each version under its content address. */
export class Suites {
  constructor(private readonly http: Http) {}

  /** The same suite is the same version. @throws SwitchyardError `suite.invalid` with every path and reason */
  async apply(suite: JsonObject): Promise<SuiteVersion> {
    return fromStore(SuiteVersionSchema, await this.http.json('POST', '/v1/suites', { body: { suite } }));
  }

  /** @param version its number, or the beginning of its content address; the newest where absent */
  async get(name: string, version?: string): Promise<SuiteVersion> {
    const path = `/v1/suites/${encodeURIComponent(name)}`;
    return fromStore(SuiteVersionSchema, await this.http.json('GET', path, { query: { version } }));
  }

  /** The newest version of each, or all versions of one. */
  async list({ name, limit }: { name?: string | undefined; limit?: number | undefined } = {}): Promise<SuiteVersion[]> {
    const query = { name, limit };
    return fromStore(SuiteVersionListSchema, await this.http.json('GET', '/v1/suites', { query })).suites;
  }
}
