import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last time that a dead letter was given another try. A letter of the same kind and id that came later is a new one. */
@Entity({ schema: 'registry', name: 'redrives' })
export class RedriveEntity {
  /** Empty where the letter tells none. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'redrives_pkey' })
  tenant!: string;

  /** tasks, exec, tool, event, run. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'redrives_pkey' })
  kind!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'redrives_pkey' })
  id!: string;

  /** The run that goes on; empty where none is known. */
  @Column({ type: 'text', name: 'run_id' })
  runId!: string;

  @Column({ type: 'text' })
  actor!: string;

  @Column({ type: 'timestamptz', name: 'redriven_at' })
  redrivenAt!: Date;
}
