import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'vector_scopes_pkey';

/** How far the vectors of one scope and embedder have come: whoever holds them in mind reads what is newer. */
@Entity({ schema: 'memory', name: 'vector_scopes' })
export class VectorScopeEntity {
  @PrimaryColumn('bigint', { name: 'scope_id', primaryKeyConstraintName })
  scopeId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  embedder!: string;

  @Column('text')
  tenant!: string;

  @Column('bigint')
  revision!: string;

  /** Rises when vectors are deleted. */
  @Column('bigint')
  epoch!: string;

  @Column('integer')
  vectors!: number;
}
