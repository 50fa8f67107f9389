import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Rules that hold for every agent of a tenant. */
@Entity({ schema: 'registry', name: 'policies' })
export class PolicyEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'policies_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'policies_pkey' })
  name!: string;

  /** Policy, as on the wire, without the other columns. */
  @Column({ type: 'jsonb' })
  definition!: JsonObject;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;

  @Column({ type: 'text', name: 'updated_by' })
  updatedBy!: string;
}
