import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'class_rules_pkey';

/** Rules that tasks were classed by, as they were written: the highest number holds. Added, never changed. */
@Entity({ schema: 'evaluation', name: 'class_rules' })
export class ClassRulesEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  /** Empty: of every agent. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  agent!: string;

  /** From 1, by agent. */
  @PrimaryColumn('integer', { primaryKeyConstraintName })
  number!: number;

  /** Content address: the same rules may hold again after others did. */
  @Column('text')
  version!: string;

  @Column('json')
  definition!: JsonObject;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}
