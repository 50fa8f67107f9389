import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'acts_pkey';

/** What somebody did to memories, and why. Holds nothing of what they say. */
@Entity({ schema: 'memory', name: 'acts' })
@Index('acts_memories', { synchronize: false })
@Index('acts_parts', ['tenant', 'partOf'], { where: "part_of <> ''" })
export class ActEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  id!: string;

  /** As in the contract's MemoryAct. */
  @Column('text')
  kind!: string;

  @Column('text')
  actor!: string;

  @Column('text')
  reason!: string;

  @Column('timestamptz')
  at!: Date;

  /** Those that it changed. */
  @Column('text', { array: true })
  memories!: string[];

  /** Those that rest on them and stay. */
  @Column('text', { array: true })
  kept!: string[];

  /** What is needed to take it back; of an erasure, what was deleted. */
  @Column('jsonb', { default: {} })
  details!: object;

  /** Of a later part of an import: the act that it began with. */
  @Column('text', { name: 'part_of', default: '' })
  partOf!: string;
}
