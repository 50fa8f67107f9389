import { Controller, Inject, type Type } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import type { BundleKindsQuery, BundlePageQuery, ImportBundleRequest } from '@switchyard/contracts';
import type { BUNDLE_SERVICES } from './bundle-owner.js';
import { BundleRecords } from './bundle-records.js';

/** A service's part of a bundle (docs/bundle.md): its three RPCs, answered by the `BundleRecords` that it provides. */
export function bundleController({ method }: (typeof BUNDLE_SERVICES)[number]): Type {
  @Controller()
  class BundleController {
    constructor(@Inject(BundleRecords) private readonly records: BundleRecords) {}

    @Rpc(method.bundleKinds)
    kinds(query: BundleKindsQuery) {
      return this.records.kinds(query);
    }

    @Rpc(method.exportBundle)
    export(query: BundlePageQuery) {
      return this.records.page(query);
    }

    @Rpc(method.importBundle)
    import(request: ImportBundleRequest) {
      return this.records.import(request);
    }
  }
  return BundleController;
}
