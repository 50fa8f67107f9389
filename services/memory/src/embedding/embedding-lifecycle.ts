import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Embedder } from './embedder.js';
import type { EmbeddingService } from './embedding.service.js';
import { EMBEDDERS, EMBEDDING } from './embedding-tokens.js';

/** Embeds as long as the service runs. */
@Injectable()
export class EmbeddingLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(EMBEDDING) private readonly embedding: EmbeddingService | undefined,
    @Inject(EMBEDDERS) private readonly embedders: readonly Embedder[],
  ) {}

  onApplicationBootstrap(): void {
    this.embedding?.start();
  }

  async onModuleDestroy(): Promise<void> {
    // Whoever waits for a vector is told, or the round would be waited for.
    await Promise.all(this.embedders.map((embedder) => embedder.close()));
    await this.embedding?.stop();
  }
}
