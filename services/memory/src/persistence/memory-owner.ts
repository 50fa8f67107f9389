import type { DatabaseOwner } from '@switchyard/persistence';
import { CreateMemory1764000000000 } from './create-memory-1764000000000.js';
import { MemoryEntity } from './memory.entity.js';
import { PostingEntity } from './posting.entity.js';
import { ReindexSpellings1764100000000 } from './reindex-spellings-1764100000000.js';
import { SaveEntity } from './save.entity.js';
import { ScopeEntity } from './scope.entity.js';

/** The schema `memory` and what is in it. */
export const memoryOwner: DatabaseOwner = {
  schema: 'memory',
  entities: [ScopeEntity, MemoryEntity, PostingEntity, SaveEntity],
  migrations: [CreateMemory1764000000000, ReindexSpellings1764100000000],
};
