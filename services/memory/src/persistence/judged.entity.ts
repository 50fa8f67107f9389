import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'judged_pkey';

/** What became of a summary of these sources, so that the same is not made and judged again. Holds nothing of what they say. */
@Entity({ schema: 'memory', name: 'judged' })
export class JudgedEntity {
  @Column('text')
  tenant!: string;

  @PrimaryColumn('bigint', { name: 'scope_id', primaryKeyConstraintName })
  scopeId!: string;

  /** See `sourcesKey`. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  sources!: string;

  /** kept, refused. */
  @Column('text')
  verdict!: string;

  @Column('timestamptz')
  at!: Date;
}
