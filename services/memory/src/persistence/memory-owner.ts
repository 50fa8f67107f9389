import type { DatabaseOwner } from '@switchyard/persistence';
import { ActsOfImports1765010000000 } from './acts-of-imports-1765010000000.js';
import { ActEntity } from './act.entity.js';
import { BlockEntity } from './block.entity.js';
import { ConsolidationEntity } from './consolidation.entity.js';
import { ConsolidationPolicyEntity } from './consolidation-policy.entity.js';
import { CreateBlocks1764900000000 } from './create-blocks-1764900000000.js';
import { CreateDerivations1765100000000 } from './create-derivations-1765100000000.js';
import { CreateConsolidation1765000000000 } from './create-consolidation-1765000000000.js';
import { CreateMemory1764000000000 } from './create-memory-1764000000000.js';
import { CreateRecords1764200000000 } from './create-records-1764200000000.js';
import { CreateRetention1764800000000 } from './create-retention-1764800000000.js';
import { CreateVectors1764700000000 } from './create-vectors-1764700000000.js';
import { DerivationEntity } from './derivation.entity.js';
import { EvidenceEntity } from './evidence.entity.js';
import { IndexRuns1765050000000 } from './index-runs-1765050000000.js';
import { JudgedEntity } from './judged.entity.js';
import { MemoryEntity } from './memory.entity.js';
import { PostingEntity } from './posting.entity.js';
import { ReindexSpellings1764100000000 } from './reindex-spellings-1764100000000.js';
import { RekeyStatements1764300000000 } from './rekey-statements-1764300000000.js';
import { RetentionEntity } from './retention.entity.js';
import { RowSecurity1764400000000 } from './row-security-1764400000000.js';
import { SaveEntity } from './save.entity.js';
import { ScopeEntity } from './scope.entity.js';
import { ShownEntity } from './shown.entity.js';
import { ToEmbedEntity } from './to-embed.entity.js';
import { VectorEntity } from './vector.entity.js';
import { VectorScopeEntity } from './vector-scope.entity.js';
import { VersionEntity } from './version.entity.js';

/** The schema `memory` and what is in it. */
export const memoryOwner: DatabaseOwner = {
  schema: 'memory',
  entities: [
    ScopeEntity,
    MemoryEntity,
    PostingEntity,
    SaveEntity,
    VersionEntity,
    EvidenceEntity,
    ActEntity,
    ShownEntity,
    VectorEntity,
    VectorScopeEntity,
    ToEmbedEntity,
    RetentionEntity,
    BlockEntity,
    DerivationEntity,
    JudgedEntity,
    ConsolidationEntity,
    ConsolidationPolicyEntity,
  ],
  migrations: [
    CreateMemory1764000000000,
    ReindexSpellings1764100000000,
    CreateRecords1764200000000,
    RekeyStatements1764300000000,
    RowSecurity1764400000000,
    CreateVectors1764700000000,
    CreateRetention1764800000000,
    CreateBlocks1764900000000,
    CreateConsolidation1765000000000,
    ActsOfImports1765010000000,
    IndexRuns1765050000000,
    CreateDerivations1765100000000,
  ],
};
