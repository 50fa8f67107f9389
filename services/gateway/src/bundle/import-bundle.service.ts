import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  create,
  BundleReportSchema,
  readBundle,
  RouterService,
  SwitchyardError,
  type BundleFacts,
  type BundleImport,
  type BundleReport,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { BundleServices, type OwnedKind } from './bundle-services.js';
import { RecordBatches } from './record-batches.js';
import { RecordChecks } from './check-records.js';
import { spooled } from './spool.js';

export interface ImportOptions {
  tenant: string;
  actor: string;
  /** Reads and checks all of it, and stores nothing. */
  check: boolean;
  /** Into a system that has records. */
  merge: boolean;
  /** Bytes of the upload; the platform's limit where it is lower. */
  maxBytes?: number | undefined;
}

/** How much a bundle may grow when it is unpacked: journals of runs shrink to a tenth, and nothing that is one to a hundredth. */
const MAX_UNPACKED = 100;

/** Takes a whole record in: reads it to its end, and only then stores it, a page at a time. */
@Injectable()
export class ImportBundle {
  constructor(
    @Inject(BundleServices) private readonly services: BundleServices,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The same bundle again changes nothing, and one whose import was broken off goes on.
   *
   * @throws SwitchyardError `bundle.…`: nothing was stored; `bundle.conflict` and `bundle.invalid` of a record that its
   *   owner refuses: what came before it was
   */
  import(upload: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<BundleReport> {
    const maxBytes = Math.min(options.maxBytes ?? Number.POSITIVE_INFINITY, this.config.gateway.maxBundleBytes);
    return spooled(upload, maxBytes, async (read) => {
      const kinds = await this.services.kinds({ tenant: options.tenant });
      const limits = { maxBytes: maxBytes * MAX_UNPACKED };
      const facts = await this.verify(read(), kinds, options, limits);
      const { givingWay } = await this.begin(facts, kinds, options);
      const tried = kinds.map((kind) => ({ ...kind, byItself: kind.byItself && !givingWay.includes(kind.kind) }));
      const batches = new RecordBatches(tried, options.tenant, {
        check: options.check,
        ofPlatform: options.tenant === this.config.tenant,
      });
      await readBundle(read(), { record: (record) => batches.add(record) }, limits);
      const done = await batches.end();
      if (!options.check) await this.end(facts, options, done.stored);
      const { records, counts } = facts.trailer;
      return create(BundleReportSchema, { ...done, records, counts, bundle: facts.id, check: options.check });
    });
  }

  private async verify(
    file: AsyncIterable<Uint8Array>,
    kinds: readonly OwnedKind[],
    { tenant }: ImportOptions,
    limits: { maxBytes: number },
  ): Promise<BundleFacts> {
    const checks = new RecordChecks(kinds);
    const facts = await readBundle(
      file,
      {
        header: (header) => {
          if (header.tenant !== tenant) throw otherTenant(header.tenant, tenant);
        },
        record: (record) => checks.add(record),
      },
      limits,
    );
    checks.end(facts.header.without);
    return facts;
  }

  private async begin(
    { id, header }: BundleFacts,
    kinds: readonly OwnedKind[],
    options: ImportOptions,
  ): Promise<BundleImport> {
    const { tenant, actor, merge, check } = options;
    // What is one for all tenants is set up before anybody works here, and so are secrets.
    const found = Object.fromEntries(
      kinds
        .filter(({ ofPlatform, part, count, along }) => !ofPlatform && part !== 'tools' && along === '' && count > 0)
        .map(({ kind, count }) => [kind, count]),
    );
    const platformVersion = header.platform_version;
    return this.rpc.call(RouterService.method.beginBundleImport, {
      ...{ tenant, bundle: id, found, merge, check, actor, platformVersion },
    });
  }

  private async end({ id }: BundleFacts, { tenant }: ImportOptions, stored: number): Promise<void> {
    await this.rpc.call(RouterService.method.endBundleImport, { tenant, bundle: id, stored });
  }
}

/** Ids, journals and keys are the tenant's: under another name they would be somebody else's. */
function otherTenant(bundle: string, key: string): SwitchyardError {
  return new SwitchyardError(
    'bundle.other_tenant',
    `This bundle is of tenant "${bundle.slice(0, 128)}", and the key is of tenant "${key}". Import it with a key of that tenant: it keeps its name.`,
    { details: { tenant: bundle.slice(0, 128) } },
  );
}
