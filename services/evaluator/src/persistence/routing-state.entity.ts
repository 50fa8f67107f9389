import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'routing_states_pkey';

/** The log followed up to a revision: the newest of an agent, and one of each thousand, so that none is far from one. */
@Entity({ schema: 'evaluation', name: 'routing_states' })
export class RoutingStateEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  agent!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName })
  revision!: number;

  /** `RoutingSnapshot`. */
  @Column('json')
  snapshot!: JsonObject;

  /** The last run that was learnt of; empty where none was. */
  @Column('text', { name: 'last_run_id' })
  lastRunId!: string;

  @Column('timestamptz')
  at!: Date;
}
