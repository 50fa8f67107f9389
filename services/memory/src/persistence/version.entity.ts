import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'versions_pkey';

/** What was believed of a memory from `known_from` until `known_to`: that it is true from `valid_from` until `valid_to`. */
@Entity({ schema: 'memory', name: 'versions' })
export class VersionEntity {
  @PrimaryColumn('text', { name: 'memory_id', primaryKeyConstraintName })
  memoryId!: string;

  @PrimaryColumn('timestamptz', { name: 'known_from', primaryKeyConstraintName })
  knownFrom!: Date;

  @PrimaryColumn('timestamptz', { name: 'valid_from', primaryKeyConstraintName })
  validFrom!: Date;

  @Column('timestamptz', { name: 'valid_to', default: () => "'infinity'" })
  validTo!: Date;

  @Column('timestamptz', { name: 'known_to', default: () => "'infinity'" })
  knownTo!: Date;

  @Column('text')
  tenant!: string;
}
