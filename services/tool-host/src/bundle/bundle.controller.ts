import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  ToolHostService,
  type BundleKindsQuery,
  type BundlePageQuery,
  type ImportBundleRequest,
} from '@switchyard/contracts';
import { BundleRecords } from '@switchyard/service';

/** The tool host's part of a bundle: docs/bundle.md. */
@Controller()
export class BundleController {
  constructor(@Inject(BundleRecords) private readonly records: BundleRecords) {}

  @Rpc(ToolHostService.method.bundleKinds)
  kinds(query: BundleKindsQuery) {
    return this.records.kinds(query);
  }

  @Rpc(ToolHostService.method.exportBundle)
  export(query: BundlePageQuery) {
    return this.records.page(query);
  }

  @Rpc(ToolHostService.method.importBundle)
  import(request: ImportBundleRequest) {
    return this.records.import(request);
  }
}
