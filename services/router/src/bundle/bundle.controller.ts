import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  RouterService,
  type BeginBundleImportRequest,
  type BundleKindsQuery,
  type BundlePageQuery,
  type EndBundleImportRequest,
  type ImportBundleRequest,
} from '@switchyard/contracts';
import { BundleRecords } from '@switchyard/service';
import { BundleImports } from './bundle-imports.service.js';

/** The router's part of a bundle: docs/bundle.md. */
@Controller()
export class BundleController {
  constructor(
    @Inject(BundleRecords) private readonly records: BundleRecords,
    @Inject(BundleImports) private readonly imports: BundleImports,
  ) {}

  @Rpc(RouterService.method.bundleKinds)
  kinds(query: BundleKindsQuery) {
    return this.records.kinds(query);
  }

  @Rpc(RouterService.method.exportBundle)
  export(query: BundlePageQuery) {
    return this.records.page(query);
  }

  @Rpc(RouterService.method.importBundle)
  import(request: ImportBundleRequest) {
    return this.records.import(request);
  }

  @Rpc(RouterService.method.beginBundleImport)
  begin(request: BeginBundleImportRequest) {
    return this.imports.begin(request);
  }

  @Rpc(RouterService.method.endBundleImport)
  end(request: EndBundleImportRequest) {
    return this.imports.end(request);
  }
}
