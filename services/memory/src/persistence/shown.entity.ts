import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'shown_pkey';

/** A memory that a run was given: what the run says back of it is no new evidence. */
@Entity({ schema: 'memory', name: 'shown' })
@Index('shown_at', ['at'])
@Index('shown_memory', ['memoryId'])
export class ShownEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { name: 'run_id', primaryKeyConstraintName })
  runId!: string;

  @PrimaryColumn('text', { name: 'memory_id', primaryKeyConstraintName })
  memoryId!: string;

  @Column('timestamptz')
  at!: Date;
}
