import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A suite that is being run, or was. */
@Entity({ schema: 'evaluation', name: 'evaluations' })
@Index('evaluations_tenant', ['tenant', 'id'])
@Index('evaluations_running', ['status'], { where: `status = 'running'` })
export class EvaluationEntity {
  /** Sorts by the time of its start. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'evaluations_pkey' })
  id!: string;

  @Column('text')
  tenant!: string;

  @Column('text')
  suite!: string;

  @Column('text')
  agent!: string;

  @Column('text')
  backend!: string;

  /** Runs: cases times repeats. */
  @Column('integer')
  total!: number;

  /** The content address of its suite; empty in evaluations from before there were versions. */
  @Column('text', { name: 'suite_version', default: '' })
  suiteVersion!: string;

  /** Content address of the agent's version that it was started for; empty: the one that was current as each run began. */
  @Column('text', { name: 'agent_version', default: '' })
  agentVersion!: string;

  /** US dollars over all its runs; 0: no limit. */
  @Column('double precision', { name: 'max_cost_usd', default: 0 })
  maxCostUsd!: number;

  /** Why it ended before all its runs were done. */
  @Column('text', { name: 'stopped_because', default: '' })
  stoppedBecause!: string;

  /** running, completed, cancelled, capped. */
  @Column('text')
  status!: string;

  /** The span that started it, as W3C has it; '' where there was none. */
  @Column('text', { default: '' })
  traceparent!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
