import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  MemoryService,
  type ConsolidateRequest,
  type ConsolidationPolicy,
  type ConsolidationQuery,
  type RetractRequest,
} from '@switchyard/contracts';
import type { EmbeddingService } from '../embedding/embedding.service.js';
import { EMBEDDING } from '../embedding/embedding-tokens.js';
import { ConsolidateService } from './consolidate.service.js';
import { ConsolidationPolicyRepository } from './policy.repository.js';

/** `<prefix>.rpc.memory.*`: summaries, on request and by policy, and taking them back. */
@Controller()
export class ConsolidationController {
  constructor(
    @Inject(ConsolidateService) private readonly consolidation: ConsolidateService,
    @Inject(ConsolidationPolicyRepository) private readonly policies: ConsolidationPolicyRepository,
    @Inject(EMBEDDING) private readonly embedding: EmbeddingService | undefined,
  ) {}

  @Rpc(MemoryService.method.consolidate)
  async consolidate(request: ConsolidateRequest) {
    const reply = await this.consolidation.consolidate(request);
    this.embedding?.wake();
    return reply;
  }

  @Rpc(MemoryService.method.putConsolidation)
  async putConsolidation(policy: ConsolidationPolicy): Promise<ConsolidationPolicy> {
    await this.policies.put(policy);
    return policy;
  }

  @Rpc(MemoryService.method.getConsolidation)
  getConsolidation({ tenant }: ConsolidationQuery): Promise<ConsolidationPolicy> {
    return this.policies.get(tenant);
  }

  @Rpc(MemoryService.method.demote)
  demote(request: RetractRequest) {
    return this.consolidation.demote(request);
  }
}
