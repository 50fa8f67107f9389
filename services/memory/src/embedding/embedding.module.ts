import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Config } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { CONFIG, LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { NOW, type Now } from '../now.js';
import { NO_SEMANTICS, SEMANTICS } from '../semantics.js';
import { ExactVectorIndex } from '../vectors/exact-vector-index.js';
import { hasPgVector, PgVectorIndex } from '../vectors/pg-vector-index.js';
import { queryOn } from '../vectors/query.js';
import type { VectorIndex } from '../vectors/vector-index.js';
import type { Embedder } from './embedder.js';
import { EmbeddingRepository } from './embedding.repository.js';
import { EmbeddingLifecycle } from './embedding-lifecycle.js';
import { EmbeddingService } from './embedding.service.js';
import { EMBEDDER, EMBEDDERS, EMBEDDING, VECTOR_INDEX } from './embedding-tokens.js';
import { embeddersBefore, makeEmbedder } from './make-embedder.js';
import { VectorSemantics } from './vector-semantics.js';

/** Vectors: who makes them, who searches them. With no embedder there are none, and words decide alone. */
@Module({})
export class EmbeddingModule {
  static create(): DynamicModule {
    return {
      module: EmbeddingModule,
      providers: [
        EmbeddingRepository,
        EmbeddingLifecycle,
        { provide: NOW, useValue: () => new Date() },
        { provide: EMBEDDER, inject: [CONFIG], useFactory: ({ memory }: Config) => makeEmbedder(memory) },
        { provide: VECTOR_INDEX, inject: [CONFIG, DataSource], useFactory: makeIndex },
        {
          provide: EMBEDDING,
          inject: [EmbeddingRepository, EMBEDDER, LOGGER, NOW],
          useFactory: (repository: EmbeddingRepository, embedder: Embedder | undefined, logger: Logger, now: Now) =>
            embedder && new EmbeddingService(repository, embedder, logger, now),
        },
        {
          provide: EMBEDDERS,
          inject: [CONFIG, EMBEDDER, EmbeddingRepository],
          useFactory: async ({ memory }: Config, embedder: Embedder | undefined, repository: EmbeddingRepository) =>
            embedder ? [embedder, ...embeddersBefore(memory, embedder, await repository.versions())] : [],
        },
        {
          provide: SEMANTICS,
          inject: [EMBEDDERS, VECTOR_INDEX],
          useFactory: (embedders: readonly Embedder[], index: VectorIndex) =>
            embedders.length > 0 ? new VectorSemantics(index, embedders) : NO_SEMANTICS,
        },
      ],
      exports: [SEMANTICS, EMBEDDING, EMBEDDER, VECTOR_INDEX, EmbeddingRepository],
    };
  }
}

/** @throws SwitchyardError `memory.pgvector.unavailable` where it is demanded and not there */
async function makeIndex({ memory }: Config, dataSource: DataSource): Promise<VectorIndex> {
  const exact = () => new ExactVectorIndex(memory.vectorCacheMb * 1_048_576);
  if (memory.vectorIndex === 'exact') return exact();
  if (await hasPgVector(queryOn(dataSource.manager))) return new PgVectorIndex();
  if (memory.vectorIndex === 'auto') return exact();
  throw new SwitchyardError(
    'memory.pgvector.unavailable',
    'SWITCHYARD_VECTOR_INDEX asks for pgvector, and the database had no extension "vector" when the migrations ran. Install it, or set exact.',
  );
}
