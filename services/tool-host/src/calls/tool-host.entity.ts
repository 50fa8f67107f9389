import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tool host and its last sign of life: a started call whose host is gone is in doubt. */
@Entity({ schema: 'effects', name: 'hosts' })
export class ToolHostEntity {
  /** New at every start of a process. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'hosts_pkey' })
  host!: string;

  @Column({ type: 'text' })
  pool!: string;

  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt!: Date;
}
