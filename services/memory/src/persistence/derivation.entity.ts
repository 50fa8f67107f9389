import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'derivations_pkey';

/** What memory asked an agent for, and what became of it. It has no word of what was asked or answered. */
@Entity({ schema: 'memory', name: 'derivations' })
@Index('derivations_run', ['tenant', 'runId'])
@Index('derivations_conversation', ['scopeId', 'conversation'])
@Index('derivations_day', ['tenant', 'agent', 'askedAt'])
@Index('derivations_open', ['status', 'askedAt'], { where: `status IN ('waiting', 'asked')` })
export class DerivationEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  /** The idempotency key of the task. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  key!: string;

  /** facts, summary, rerank. */
  @Column('text')
  kind!: string;

  /** Who is asked. */
  @Column('text')
  agent!: string;

  /** Of what is asked about. */
  @Column('bigint', { name: 'scope_id' })
  scopeId!: string;

  @Column('text')
  conversation!: string;

  /** What is asked about, in order, from the first to the last. */
  @Column('text', { array: true })
  episodes!: string[];

  @Column('text', { array: true })
  known!: string[];

  /** waiting, asked, done, failed. */
  @Column('text')
  status!: string;

  @Column('text', { name: 'run_id', default: '' })
  runId!: string;

  /** US dollars. */
  @Column('double precision', { name: 'reserved_usd' })
  reservedUsd!: number;

  @Column('double precision', { name: 'max_usd_per_day' })
  maxUsdPerDay!: number;

  @Column('double precision', { name: 'cost_usd', default: 0 })
  costUsd!: number;

  /** Parts of the answer that were not taken. */
  @Column('integer', { default: 0 })
  dropped!: number;

  @Column('text', { default: '' })
  problem!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** When it was put to the agent, or last found not to fit into its day. */
  @Column('timestamptz', { name: 'asked_at' })
  askedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
