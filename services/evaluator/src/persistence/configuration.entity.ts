import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'configurations_pkey';

/** A configuration that ran: its fingerprint and its parts. */
@Entity({ schema: 'evaluation', name: 'configurations' })
export class ConfigurationEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  fingerprint!: string;

  @Column('text')
  agent!: string;

  /** `Configuration` as proto3 JSON. */
  @Column('json')
  configuration!: JsonObject;

  @Column('timestamptz', { name: 'first_seen' })
  firstSeen!: Date;
}
