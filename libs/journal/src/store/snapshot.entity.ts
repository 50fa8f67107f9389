import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The state of a long run after one of its entries. Derived: it may be missing or old, and is never the truth. */
@Entity({ schema: 'journal', name: 'snapshots' })
export class SnapshotEntity {
  @PrimaryColumn({ name: 'run_id', type: 'text', primaryKeyConstraintName: 'snapshots_pkey' })
  runId!: string;

  /** The last entry that is in it. */
  @Column({ type: 'integer' })
  seq!: number;

  /** Which fold made it: a snapshot of another fold is as good as none. */
  @Column({ type: 'text' })
  form!: string;

  @Column({ type: 'jsonb' })
  state!: JsonObject;
}
