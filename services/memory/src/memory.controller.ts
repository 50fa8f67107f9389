import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  MemoryService,
  type ListMemoriesQuery,
  type Memory,
  type MemoryStatusQuery,
  type RecallRequest,
  type RecordEpisodesRequest,
  type RememberRequest,
} from '@switchyard/contracts';
import { CatalogueService } from './catalogue.service.js';
import type { EmbeddingService } from './embedding/embedding.service.js';
import { EMBEDDING } from './embedding/embedding-tokens.js';
import { StatusService } from './embedding/status.service.js';
import { EpisodesService } from './episodes.service.js';
import { RecallService } from './recall/recall.service.js';
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
    @Inject(EMBEDDING) private readonly embedding: EmbeddingService | undefined,
  ) {}

  @Rpc(MemoryService.method.remember)
  async remember(request: RememberRequest): Promise<Memory> {
    const memory = await this.rememberService.remember(request);
    this.embedding?.wake();
    return memory;
  }

  @Rpc(MemoryService.method.recordEpisodes)
  async recordEpisodes(request: RecordEpisodesRequest) {
    const recorded = await this.episodes.record(request);
    this.embedding?.wake();
    return recorded;
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
  memoryStatus({ tenant }: MemoryStatusQuery) {
    return this.status.read(tenant);
  }
}
