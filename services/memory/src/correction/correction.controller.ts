import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  MemoryService,
  type CorrectRequest,
  type EraseRequest,
  type ForgetRequest,
  type Memory,
  type MemoryQuery,
  type MergeRequest,
  type RestoreRequest,
  type RetractRequest,
  type SplitRequest,
} from '@switchyard/contracts';
import type { EmbeddingService } from '../embedding/embedding.service.js';
import { EMBEDDING } from '../embedding/embedding-tokens.js';
import { CorrectService } from './correct.service.js';
import { EraseService } from './erase.service.js';
import { HistoryService } from './history.service.js';
import { RestoreService } from './restore.service.js';
import { RetractService } from './retract.service.js';

/** `<prefix>.rpc.memory.*`: what is done to memories. */
@Controller()
export class CorrectionController {
  constructor(
    @Inject(CorrectService) private readonly corrections: CorrectService,
    @Inject(RetractService) private readonly retractions: RetractService,
    @Inject(RestoreService) private readonly restorations: RestoreService,
    @Inject(EraseService) private readonly erasures: EraseService,
    @Inject(HistoryService) private readonly history: HistoryService,
    @Inject(EMBEDDING) private readonly embedding: EmbeddingService | undefined,
  ) {}

  @Rpc(MemoryService.method.getMemory)
  getMemory(query: MemoryQuery) {
    return this.history.read(query);
  }

  @Rpc(MemoryService.method.correct)
  async correct(request: CorrectRequest) {
    const done = await this.corrections.correct(request);
    this.embedding?.wake();
    return done;
  }

  @Rpc(MemoryService.method.merge)
  async merge(request: MergeRequest) {
    const done = await this.corrections.merge(request);
    this.embedding?.wake();
    return done;
  }

  @Rpc(MemoryService.method.split)
  async split(request: SplitRequest) {
    const done = await this.corrections.split(request);
    this.embedding?.wake();
    return done;
  }

  @Rpc(MemoryService.method.retract)
  retract(request: RetractRequest) {
    return this.retractions.retract(request);
  }

  @Rpc(MemoryService.method.restore)
  restore(request: RestoreRequest) {
    return this.restorations.restore(request);
  }

  @Rpc(MemoryService.method.erase)
  erase(request: EraseRequest) {
    return this.erasures.erase(request);
  }

  @Rpc(MemoryService.method.forget)
  forget(request: ForgetRequest): Promise<Memory> {
    return this.erasures.forget(request);
  }
}
