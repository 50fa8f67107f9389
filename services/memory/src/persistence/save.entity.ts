import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'saves_pkey';

/**
 * A tool call that was counted for a memory. Delivered again, it is not counted again. The row outlives the memory and
 * holds nothing of its text, so that a late redelivery does not bring back what was forgotten.
 */
@Entity({ schema: 'memory', name: 'saves' })
export class SaveEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { name: 'call_id', primaryKeyConstraintName })
  callId!: string;

  @PrimaryColumn('text', { name: 'memory_id', primaryKeyConstraintName })
  memoryId!: string;

  @Column('timestamptz', { name: 'saved_at' })
  savedAt!: Date;
}
