import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

const primaryKeyConstraintName = 'suites_pkey';

/** A version of a suite, as it was written. Never changed. */
@Entity({ schema: 'evaluation', name: 'suites' })
@Unique('suites_number', ['tenant', 'name', 'number'])
export class SuiteEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  name!: string;

  /** Content address. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  version!: string;

  /** From 1, by name. */
  @Column('integer')
  number!: number;

  @Column('json')
  definition!: JsonObject;

  @Column('integer')
  cases!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}
