import {
  DraftedCasesSchema,
  fromStore,
  SuiteVersionListSchema,
  SuiteVersionSchema,
  type DraftedCases,
  type JsonObject,
  type SuiteVersion,
} from '@switchyard/contracts';
import type { Http } from '../http.js';
import { defined } from './memory-scope.js';

/** Which recorded runs become cases, and what is taken out of them. */
export interface DraftOptions {
  /** Default: completed, whose output is expected then. */
  status?: 'completed' | 'failed' | undefined;
  taskClass?: string | undefined;
  /** Of people, in the mean: 0 to 1. */
  minRating?: number | undefined;
  /** Runs that are looked at: 200 at most. Default: 50. */
  limit?: number | undefined;
  /** The `next` of the page before. */
  before?: string | undefined;
  /** secret, iban, card, email, ip, phone, or only "none". Default: all. */
  redact?: readonly string[] | undefined;
  /** With what their tool calls were answered with: such cases act on nothing. */
  fixtures?: boolean | undefined;
}

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

  /**
   * A page of cases made of recorded runs, the newest first. Nothing is stored. `next` is empty after the last page.
   *
   * @throws SwitchyardError `draft.invalid`, `agent.not_found`
   */
  async draft(agent: string, options: DraftOptions = {}): Promise<DraftedCases> {
    const { status, taskClass: task_class, minRating: min_rating, limit, before, redact = [], fixtures } = options;
    const body = defined({ agent, status, task_class, min_rating, limit, before, redact: [...redact], fixtures });
    return fromStore(DraftedCasesSchema, await this.http.json('POST', '/v1/suites/draft', { body }));
  }
}
