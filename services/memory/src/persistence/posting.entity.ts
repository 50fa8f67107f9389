import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'postings_pkey';

/** One term of one memory: the inverted index. What else stands here spares the ranking other reads. */
@Entity({ schema: 'memory', name: 'postings' })
@Index('postings_doc', ['doc'])
export class PostingEntity {
  @PrimaryColumn('bigint', { name: 'scope_id', primaryKeyConstraintName })
  scopeId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  term!: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName })
  doc!: string;

  /** Occurrences of the term in the memory. */
  @Column('integer')
  frequency!: number;

  /** Terms of the memory. */
  @Column('integer')
  length!: number;

  /** Not retracted. */
  @Column('boolean', { default: true })
  live!: boolean;

  @Column('text')
  tenant!: string;
}
