import type { KeptStorage } from './tenant-profile.js';

/** Tenants whose cookies and storage are kept while their pages are closed. */
const MAX_KEPT = 256;
/** Characters of one tenant's, as JSON. */
const MAX_SIZE = 4 * 1_024 * 1_024;

/** What stays of tenants' profiles while nobody calls: in memory alone, and gone with the host. */
export class KeptProfiles {
  private readonly byTenant = new Map<string, KeptStorage>();

  of(tenant: string): KeptStorage | undefined {
    return this.byTenant.get(tenant);
  }

  keep(tenant: string, storage: KeptStorage | undefined): void {
    if (!storage || JSON.stringify(storage).length > MAX_SIZE) return;
    this.byTenant.delete(tenant);
    this.byTenant.set(tenant, storage);
    const [oldest] = this.byTenant.keys();
    if (this.byTenant.size > MAX_KEPT && oldest !== undefined) this.byTenant.delete(oldest);
  }
}
