import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'outcomes_pkey';

/** How a run ended: one row a run, however often its end is told. */
@Entity({ schema: 'evaluation', name: 'outcomes' })
@Index('outcomes_configuration', ['tenant', 'configuration'])
@Index('outcomes_agent', ['tenant', 'agent'])
@Index('outcomes_rollout', ['tenant', 'rollout', 'endedAt'], { where: "(rollout <> ''::text)" })
@Index('outcomes_routing', ['tenant', 'agent', 'endedAt', 'runId'], { where: 'routing_due IS NOT NULL' })
export class OutcomeEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { name: 'run_id', primaryKeyConstraintName })
  runId!: string;

  @Column('text', { name: 'task_id' })
  taskId!: string;

  @Column('text')
  agent!: string;

  @Column('text', { name: 'agent_version' })
  agentVersion!: string;

  @Column('text')
  backend!: string;

  /** The fingerprint of the last model turn, be it that it failed; empty where the run ended before its first. */
  @Column('text')
  configuration!: string;

  /** It was moved between backends: then it is no outcome of one configuration. */
  @Column('boolean', { default: false })
  moved!: boolean;

  /** completed, failed, cancelled. */
  @Column('text')
  status!: string;

  /** `ErrorInfo`. */
  @Column('json', { nullable: true })
  error!: JsonObject | null;

  /** `Usage`. */
  @Column('json', { nullable: true })
  usage!: JsonObject | null;

  @Column('double precision', { name: 'cost_usd' })
  costUsd!: number;

  @Column('double precision', { name: 'duration_ms' })
  durationMs!: number;

  @Column('integer')
  turns!: number;

  @Column('integer', { name: 'tool_calls' })
  toolCalls!: number;

  /** Requests to the backend beyond the first of each turn. */
  @Column('integer', { default: 0 })
  retries!: number;

  /** What the reader mended in the model's answers. */
  @Column('integer', { default: 0 })
  repairs!: number;

  /** Calls that a person edited or denied. */
  @Column('integer', { default: 0 })
  overrides!: number;

  @Column('double precision', { name: 'first_token_ms', default: 0 })
  firstTokenMs!: number;

  /** The failed run that was redriven as this one. */
  @Column('text', { name: 'redrive_of', default: '' })
  redriveOf!: string;

  @Column('text', { name: 'task_class', default: '' })
  taskClass!: string;

  /** rule or like where rules gave it its class; empty where its task did, or it has none. */
  @Column('text', { name: 'class_by', default: '' })
  classBy!: string;

  @Column('text', { name: 'user_id', default: '' })
  user!: string;

  @Column('text', { default: '' })
  thread!: string;

  /** The rollout that decided its agent version. */
  @Column('text', { default: '' })
  rollout!: string;

  /** candidate, baseline. */
  @Column('text', { name: 'rollout_arm', default: '' })
  rolloutArm!: string;

  /** Its tool calls were answered from a record. */
  @Column('boolean', { default: false })
  replayed!: boolean;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at' })
  endedAt!: Date;

  /** What routing has still to learn of it: outcome (all), feedback (what people say of it changed); null: nothing. */
  @Column('text', { name: 'routing_due', nullable: true, default: 'outcome' })
  routingDue!: string | null;
}
