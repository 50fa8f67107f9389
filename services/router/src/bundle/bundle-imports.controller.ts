import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { RouterService, type BeginBundleImportRequest, type EndBundleImportRequest } from '@switchyard/contracts';
import { BundleImports } from './bundle-imports.service.js';

/** The router keeps which bundles are being imported, and which were. */
@Controller()
export class BundleImportsController {
  constructor(@Inject(BundleImports) private readonly imports: BundleImports) {}

  @Rpc(RouterService.method.beginBundleImport)
  begin(request: BeginBundleImportRequest) {
    return this.imports.begin(request);
  }

  @Rpc(RouterService.method.endBundleImport)
  end(request: EndBundleImportRequest) {
    return this.imports.end(request);
  }
}
