import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { MemoryService, type AuditQuery } from '@switchyard/contracts';
import { AuditService } from './audit.service.js';

/** `<prefix>.rpc.memory.audit_memories` */
@Controller()
export class AuditController {
  constructor(@Inject(AuditService) private readonly audits: AuditService) {}

  @Rpc(MemoryService.method.auditMemories)
  auditMemories(query: AuditQuery) {
    return this.audits.audit(query);
  }
}
