import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'routing_log_pkey';

/** What was learnt of an agent's backends, an entry each, in the order in which it was learnt. Never changed. */
@Entity({ schema: 'evaluation', name: 'routing_log' })
export class RoutingLogEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  agent!: string;

  /** From 1 without a gap, by agent. */
  @PrimaryColumn('integer', { primaryKeyConstraintName })
  revision!: number;

  /** Of an outcome; empty of other entries. */
  @Column('text', { name: 'run_id' })
  runId!: string;

  /** `RoutingEntry`. */
  @Column('json')
  entry!: JsonObject;

  @Column('timestamptz')
  at!: Date;
}
