import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'blocks_pkey';

/** A text that is edited and shown whole: the working memory of a thread, beside what is remembered for long. */
@Entity({ schema: 'memory', name: 'blocks' })
export class BlockEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  agent!: string;

  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName })
  user!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  thread!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  label!: string;

  @Column('text')
  text!: string;

  /** Rises with each change. */
  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @Column('text')
  actor!: string;

  /** The calls that changed it, the last ones: delivered again, they change nothing. */
  @Column('text', { array: true })
  calls!: string[];
}
