import { Inject, Injectable } from '@nestjs/common';
import {
  SwitchyardError,
  timestampFromDate,
  type BeginBundleImportRequest,
  type BundleImportSchema,
  type EndBundleImportRequest,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { BundleImportsRepository, type BundleImportRow } from './bundle-imports.repository.js';

/** Says whether a bundle may be imported, and keeps that it was. */
@Injectable()
export class BundleImports {
  constructor(@Inject(BundleImportsRepository) private readonly imports: BundleImportsRepository) {}

  /**
   * Into a tenant that has nothing, or nothing but what this bundle brought, or whatever it has where the caller says so.
   * The agent that a new system begins with is nothing, as long as it was given no task: it goes.
   *
   * @throws SwitchyardError `bundle.conflict`
   */
  async begin(request: BeginBundleImportRequest): Promise<Init<typeof BundleImportSchema>> {
    const { tenant, bundle, found, merge, check, actor, platformVersion } = request;
    const known = await this.imports.find(tenant, bundle);
    const has = Object.entries(found).map(([kind, count]) => `${count} × ${kind}`);
    const makesWay = isUnused(found) && !(await this.imports.hasTasks(tenant));
    if (!known && has.length > 0 && !makesWay && !merge)
      throw new SwitchyardError(
        'bundle.conflict',
        `Tenant "${tenant}" has records already: ${has.join(', ')}. Import into an empty system, or say that both are to be one (merge): then what is the same is left alone, and other content under the same name is refused.`,
        { details: { found: has } },
      );
    const givingWay = !known && makesWay && !merge ? Object.keys(found) : [];
    if (check) return { ...(known ? messageOf(known) : { tenant, bundle, platformVersion }), givingWay };
    await this.imports.begin(
      { tenant, bundle, platform_version: platformVersion, imported_by: actor },
      givingWay.length > 0,
    );
    return this.get(tenant, bundle);
  }

  /** @throws SwitchyardError `bundle.not_found` */
  async end({ tenant, bundle, stored }: EndBundleImportRequest): Promise<Init<typeof BundleImportSchema>> {
    await this.imports.end(tenant, bundle, stored);
    return this.get(tenant, bundle);
  }

  private async get(tenant: string, bundle: string): Promise<Init<typeof BundleImportSchema>> {
    const row = await this.imports.find(tenant, bundle);
    if (row) return messageOf(row);
    throw new SwitchyardError(
      'bundle.not_found',
      `No import of the bundle ${bundle} was begun. Import it from its beginning.`,
      {
        details: { bundle },
      },
    );
  }
}

/** What a new system has by itself: the one agent that it begins with. */
function isUnused(found: Readonly<Record<string, number>>): boolean {
  const { agent = 0, agent_version: versions = 0, ...others } = found;
  return agent === 1 && versions === 1 && Object.keys(others).length === 0;
}

function messageOf(row: BundleImportRow): Init<typeof BundleImportSchema> {
  return {
    tenant: row.tenant,
    bundle: row.bundle,
    platformVersion: row.platform_version,
    importedBy: row.imported_by,
    startedAt: timestampFromDate(row.started_at),
    ...(row.ended_at && { endedAt: timestampFromDate(row.ended_at) }),
    stored: row.stored,
  };
}
