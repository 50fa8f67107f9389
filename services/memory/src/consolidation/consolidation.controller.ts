import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { MemoryService, type ConsolidateRequest, type RetractRequest } from '@switchyard/contracts';
import { ConsolidateService } from './consolidate.service.js';

/** `<prefix>.rpc.memory.consolidate` and `.demote` */
@Controller()
export class ConsolidationController {
  constructor(@Inject(ConsolidateService) private readonly consolidation: ConsolidateService) {}

  @Rpc(MemoryService.method.consolidate)
  consolidate(request: ConsolidateRequest) {
    return this.consolidation.consolidate(request);
  }

  @Rpc(MemoryService.method.demote)
  demote(request: RetractRequest) {
    return this.consolidation.demote(request);
  }
}
