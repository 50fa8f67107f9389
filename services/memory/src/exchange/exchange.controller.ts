import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { MemoryService, type ExportQuery, type ImportRequest } from '@switchyard/contracts';
import { ExportService } from './export.service.js';
import { ImportService } from './import.service.js';

/** `<prefix>.rpc.memory.*`: memories out and in. */
@Controller()
export class ExchangeController {
  constructor(
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(ImportService) private readonly imports: ImportService,
  ) {}

  @Rpc(MemoryService.method.exportMemories)
  exportMemories(query: ExportQuery) {
    return this.exports.page(query);
  }

  @Rpc(MemoryService.method.importMemories)
  importMemories(request: ImportRequest) {
    return this.imports.import(request);
  }
}
