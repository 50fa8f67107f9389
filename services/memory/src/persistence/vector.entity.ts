import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'vectors_pkey';

/** What a memory's text means to one embedder, in a byte a dimension; see `vectors/quantise.ts`. */
@Entity({ schema: 'memory', name: 'vectors' })
@Index('vectors_since', ['scopeId', 'embedder', 'revision', 'doc'])
export class VectorEntity {
  @PrimaryColumn('bigint', { primaryKeyConstraintName })
  doc!: string;

  /** Its version. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  embedder!: string;

  @Column('text')
  tenant!: string;

  @Column('bigint', { name: 'scope_id' })
  scopeId!: string;

  /** Of its scope when it was written. */
  @Column('bigint')
  revision!: string;

  @Column('real')
  scale!: number;

  @Column('bytea')
  codes!: Buffer;
}
