import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityClass } from '../database-owner.js';

/** The table `<schema>.bundle_parts`: parts of a bundle's line that is too long for one message, until the line is whole. */
export function linePartsEntity(schema: string): EntityClass {
  @Entity({ schema, name: 'bundle_parts' })
  class LinePartEntity {
    @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'bundle_parts_pkey' })
    tenant!: string;

    /** Of the whole line. */
    @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'bundle_parts_pkey' })
    hash!: string;

    @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'bundle_parts_pkey' })
    number!: number;

    @Column({ type: 'text' })
    text!: string;

    @Column({ type: 'timestamptz' })
    at!: Date;
  }
  return LinePartEntity;
}
