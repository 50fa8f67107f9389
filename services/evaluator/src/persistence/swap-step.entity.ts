import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'swap_steps_pkey';

/** What was done for a swap, by whom: added, never changed. */
@Entity({ schema: 'evaluation', name: 'swap_steps' })
export class SwapStepEntity {
  @PrimaryColumn('text', { name: 'swap_id', primaryKeyConstraintName })
  swapId!: string;

  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName })
  position!: number;

  @Column('text')
  act!: string;

  @Column('timestamptz')
  at!: Date;

  /** "user:<name>", "evaluator". */
  @Column('text')
  actor!: string;

  @Column('text')
  note!: string;

  /** Ids, by what they are. */
  @Column('json')
  refs!: JsonObject;
}
