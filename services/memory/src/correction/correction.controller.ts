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
import { CorrectService } from './correct.service.js';
import { EraseService } from './erase.service.js';
import { HistoryService } from './history.service.js';
import { RetractService } from './retract.service.js';

/** `<prefix>.rpc.memory.*`: what is done to memories. */
@Controller()
export class CorrectionController {
  constructor(
    @Inject(CorrectService) private readonly corrections: CorrectService,
    @Inject(RetractService) private readonly retractions: RetractService,
    @Inject(EraseService) private readonly erasures: EraseService,
    @Inject(HistoryService) private readonly history: HistoryService,
  ) {}

  @Rpc(MemoryService.method.getMemory)
  getMemory(query: MemoryQuery) {
    return this.history.read(query);
  }

  @Rpc(MemoryService.method.correct)
  correct(request: CorrectRequest) {
    return this.corrections.correct(request);
  }

  @Rpc(MemoryService.method.merge)
  merge(request: MergeRequest) {
    return this.corrections.merge(request);
  }

  @Rpc(MemoryService.method.split)
  split(request: SplitRequest) {
    return this.corrections.split(request);
  }

  @Rpc(MemoryService.method.retract)
  retract(request: RetractRequest) {
    return this.retractions.retract(request);
  }

  @Rpc(MemoryService.method.restore)
  restore(request: RestoreRequest) {
    return this.retractions.restore(request);
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
