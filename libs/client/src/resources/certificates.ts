import {
  CertificateListSchema,
  CertificateSchema,
  fromStore,
  type Certificate,
  type CertificateList,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface CertificateFilter {
  agent?: string | undefined;
  /** Only those that speak of this backend. */
  backend?: string | undefined;
  status?: 'in_force' | 'expired' | 'revoked' | undefined;
  /** At most 200. Default: 50. */
  limit?: number | undefined;
  /** The id after which the page begins. */
  after?: string | undefined;
}

/** Dated statements that one configuration is no worse than another. */
export class Certificates {
  constructor(private readonly http: Http) {}

  /** Newest first, without their evidence. */
  async list(filter: CertificateFilter = {}): Promise<CertificateList> {
    return fromStore(CertificateListSchema, await this.http.json('GET', '/v1/certificates', { query: { ...filter } }));
  }

  /** With its evidence. @throws SwitchyardError `certificate.not_found` */
  async get(id: string): Promise<Certificate> {
    return fromStore(CertificateSchema, await this.http.json('GET', pathOf(id)));
  }

  /** @throws SwitchyardError `certificate.not_found`, `certificate.conflict` where it has expired */
  async revoke(id: string, reason: string): Promise<Certificate> {
    return fromStore(CertificateSchema, await this.http.json('POST', `${pathOf(id)}/revoke`, { body: { reason } }));
  }
}

function pathOf(id: string): string {
  return `/v1/certificates/${encodeURIComponent(id)}`;
}
