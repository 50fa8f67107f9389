import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** All entries of a run that ended long ago, in the place of their rows. Like those, they are the truth. */
@Entity({ schema: 'journal', name: 'archives' })
@Index('archives_by_end', ['endedAt', 'runId'])
export class ArchiveEntity {
  @PrimaryColumn({ name: 'run_id', type: 'text', primaryKeyConstraintName: 'archives_pkey' })
  runId!: string;

  @Column({ type: 'text' })
  tenant!: string;

  /** The last entry that is in it; the first is 1. */
  @Column({ type: 'integer' })
  seq!: number;

  /** See `packEntries`. */
  @Column({ type: 'bytea' })
  entries!: Buffer;

  /** Of the run. */
  @Column({ name: 'ended_at', type: 'timestamp with time zone' })
  endedAt!: Date;

  @Column({ name: 'archived_at', type: 'timestamp with time zone' })
  archivedAt!: Date;
}
