import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'postings_pkey';

/** One term of one memory: the inverted index. `frequency` and `length` stand here so that ranking reads nothing else. */
@Entity({ schema: 'memory', name: 'postings' })
@Index('postings_memory', ['memoryId'])
export class PostingEntity {
  @PrimaryColumn('bigint', { name: 'scope_id', primaryKeyConstraintName })
  scopeId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  term!: string;

  @PrimaryColumn('text', { name: 'memory_id', primaryKeyConstraintName })
  memoryId!: string;

  /** Occurrences of the term in the memory. */
  @Column('integer')
  frequency!: number;

  /** Terms of the memory. */
  @Column('integer')
  length!: number;
}
