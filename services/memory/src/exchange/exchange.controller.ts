import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { MemoryService, type ExportQuery, type ImportRequest } from '@switchyard/contracts';
import type { EmbeddingService } from '../embedding/embedding.service.js';
import { EMBEDDING } from '../embedding/embedding-tokens.js';
import { ExportService } from './export.service.js';
import { ImportService } from './import.service.js';

/** `<prefix>.rpc.memory.*`: memories out and in. */
@Controller()
export class ExchangeController {
  constructor(
    @Inject(ExportService) private readonly exports: ExportService,
    @Inject(ImportService) private readonly imports: ImportService,
    @Inject(EMBEDDING) private readonly embedding: EmbeddingService | undefined,
  ) {}

  @Rpc(MemoryService.method.exportMemories)
  exportMemories(query: ExportQuery) {
    return this.exports.page(query);
  }

  @Rpc(MemoryService.method.importMemories)
  async importMemories(request: ImportRequest) {
    const imported = await this.imports.import(request);
    if (!request.check) this.embedding?.wake();
    return imported;
  }
}
