import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A part of a bundle's line that is too long for one message, until the line is whole. */
@Entity({ schema: 'evaluation', name: 'bundle_parts' })
export class BundlePartEntity {
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
