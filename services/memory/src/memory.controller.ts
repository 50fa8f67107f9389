import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  MemoryService,
  type ListMemoriesQuery,
  type Memory,
  type RecallRequest,
  type RecordEpisodesRequest,
  type RememberRequest,
} from '@switchyard/contracts';
import { CatalogueService } from './catalogue.service.js';
import { StatusService } from './embedding/status.service.js';
import { EpisodesService } from './episodes.service.js';
import { RecallService } from './recall.service.js';
import { RememberService } from './remember.service.js';

/** `<prefix>.rpc.memory.*` */
@Controller()
export class MemoryController {
  constructor(
    @Inject(RememberService) private readonly rememberService: RememberService,
    @Inject(RecallService) private readonly recallService: RecallService,
    @Inject(EpisodesService) private readonly episodes: EpisodesService,
    @Inject(CatalogueService) private readonly catalogue: CatalogueService,
    @Inject(StatusService) private readonly status: StatusService,
  ) {}

  @Rpc(MemoryService.method.remember)
  remember(request: RememberRequest): Promise<Memory> {
    return this.rememberService.remember(request);
  }

  @Rpc(MemoryService.method.recordEpisodes)
  recordEpisodes(request: RecordEpisodesRequest) {
    return this.episodes.record(request);
  }

  @Rpc(MemoryService.method.recall)
  recall(request: RecallRequest) {
    return this.recallService.recall(request);
  }

  @Rpc(MemoryService.method.listMemories)
  async listMemories(query: ListMemoriesQuery) {
    return { memories: await this.catalogue.list(query) };
  }

  @Rpc(MemoryService.method.memoryStatus)
  memoryStatus() {
    return this.status.read();
  }
}
