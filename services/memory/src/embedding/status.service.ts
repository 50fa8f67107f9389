import { Inject, Injectable } from '@nestjs/common';
import type { MemoryStatusReplySchema, MessageInitShape } from '@switchyard/contracts';
import { AsksStatusService } from '../derivations/asks-status.service.js';
import type { VectorIndex } from '../vectors/vector-index.js';
import type { Embedder } from './embedder.js';
import { EmbeddingRepository } from './embedding.repository.js';
import type { EmbeddingService } from './embedding.service.js';
import { EMBEDDER, EMBEDDING, VECTOR_INDEX } from './embedding-tokens.js';

/** How far the vectors have come, and what agents were asked for; for operators. */
@Injectable()
export class StatusService {
  constructor(
    @Inject(EmbeddingRepository) private readonly repository: EmbeddingRepository,
    @Inject(EMBEDDER) private readonly embedder: Embedder | undefined,
    @Inject(EMBEDDING) private readonly embedding: EmbeddingService | undefined,
    @Inject(VECTOR_INDEX) private readonly index: VectorIndex,
    @Inject(AsksStatusService) private readonly asks: AsksStatusService,
  ) {}

  async read(tenant: string): Promise<MessageInitShape<typeof MemoryStatusReplySchema>> {
    return {
      embedder: this.embedder?.version ?? '',
      pending: this.embedder ? await this.repository.pending() : 0,
      failing: this.embedding?.failing ?? '',
      index: this.index.kind,
      asks: await this.asks.read(tenant),
    };
  }
}
