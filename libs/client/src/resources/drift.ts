import {
  DriftFindingSchema,
  DriftListSchema,
  fromStore,
  type DriftFinding,
  type DriftList,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface DriftFilter {
  backend?: string | undefined;
  status?: 'open' | 'acknowledged' | undefined;
  /** At most 200. Default: 50. */
  limit?: number | undefined;
  /** The id after which the page begins. */
  after?: string | undefined;
}

/** What of backends has changed. */
export class Drift {
  constructor(private readonly http: Http) {}

  /** Newest first. */
  async list(filter: DriftFilter = {}): Promise<DriftList> {
    return fromStore(DriftListSchema, await this.http.json('GET', '/v1/drift', { query: { ...filter } }));
  }

  /** @throws SwitchyardError `drift.not_found` */
  async get(id: string): Promise<DriftFinding> {
    return fromStore(DriftFindingSchema, await this.http.json('GET', pathOf(id)));
  }

  /** The same change would be a new finding from then on. @throws SwitchyardError `drift.not_found` */
  async acknowledge(id: string, note = ''): Promise<DriftFinding> {
    return fromStore(DriftFindingSchema, await this.http.json('POST', `${pathOf(id)}/acknowledge`, { body: { note } }));
  }
}

function pathOf(id: string): string {
  return `/v1/drift/${encodeURIComponent(id)}`;
}
