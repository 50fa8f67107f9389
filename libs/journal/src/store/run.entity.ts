import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What lists and the reconciler need of a run, kept by the same statement that appends its events. Derived: the events
 * are the truth. Indexes stand on columns that do not change with every append, so that updates stay in their page.
 */
@Entity({ schema: 'journal', name: 'runs' })
@Index('runs_by_tenant', ['tenant', 'createdAt', 'runId'])
@Index('runs_by_thread', ['tenant', 'thread', 'createdAt'], { where: `thread <> ''` })
@Index('runs_by_parent', ['parentRunId'], { where: `parent_run_id <> ''` })
@Index('runs_open_children', ['parentRunId'], { where: `parent_run_id <> '' AND NOT settled` })
@Index('runs_waiting_for_children', ['runId'], { where: `parked_reason = 'child'` })
@Index('runs_handed_over', ['tenant', 'thread', 'createdAt'], { where: `handed_over_to <> ''` })
@Index('runs_by_wake', ['wakeAt'], { where: 'wake_at IS NOT NULL' })
@Index('runs_by_approval', ['tenant', 'createdAt', 'runId'], { where: 'approvals > 0' })
@Index('runs_failed', ['tenant', 'createdAt'], { where: 'error IS NOT NULL' })
@Index('runs_not_archived', ['createdAt', 'runId'], { where: 'settled AND NOT archived' })
@Index('runs_open', ['tenant', 'createdAt'], { where: 'NOT settled' })
export class RunEntity {
  @PrimaryColumn({ name: 'run_id', type: 'text', primaryKeyConstraintName: 'runs_pkey' })
  runId!: string;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ name: 'task_id', type: 'text' })
  taskId!: string;

  @Column({ name: 'idempotency_key', type: 'text' })
  idempotencyKey!: string;

  @Column({ type: 'text' })
  agent!: string;

  @Column({ name: 'agent_version', type: 'text' })
  agentVersion!: string;

  @Column({ type: 'text' })
  backend!: string;

  @Column({ name: 'routing_reason', type: 'text' })
  routingReason!: string;

  /** The rollout that decided its agent version, and the arm; empty where none did. */
  @Column({ type: 'text', default: '' })
  rollout!: string;

  @Column({ name: 'rollout_arm', type: 'text', default: '' })
  rolloutArm!: string;

  /** The moves between backends, in order. */
  @Column({ type: 'jsonb', default: [] })
  switches!: JsonObject[];

  @Column({ type: 'text' })
  thread!: string;

  @Column({ name: 'user_id', type: 'text' })
  user!: string;

  @Column({ type: 'text' })
  status!: string;

  /** Why it waits; empty otherwise. */
  @Column({ name: 'parked_reason', type: 'text' })
  parkedReason!: string;

  /** The calls that it waits for. */
  @Column({ name: 'parked_calls', type: 'jsonb', default: [] })
  parkedCalls!: string[];

  /** When it goes on at the latest; null where only what it waits for wakes it. */
  @Column({ name: 'wake_at', type: 'timestamp with time zone', nullable: true })
  wakeAt!: Date | null;

  /** Calls that wait for a person; 0 for every run that has none, and after its end. */
  @Column({ type: 'integer', default: 0 })
  approvals!: number;

  /** `high`, or empty. */
  @Column({ type: 'text', default: '' })
  priority!: string;

  /** Empty where nobody called it. */
  @Column({ name: 'parent_run_id', type: 'text', default: '' })
  parentRunId!: string;

  /** Where the tree begins: itself, where nobody called it. */
  @Column({ name: 'root_run_id', type: 'text', default: '' })
  rootRunId!: string;

  @Column({ type: 'jsonb', nullable: true })
  parent!: JsonObject | null;

  /** The run whose first entries it begins with, and the last of them. */
  @Column({ type: 'jsonb', nullable: true })
  fork!: JsonObject | null;

  @Column({ type: 'integer' })
  seq!: number;

  /**
   * Places of the events that are known to have reached the EVENTS stream. Several processes publish a run's events, and
   * any of them may fail: that a later event arrived says nothing of an earlier one.
   */
  @Column({ type: 'int4multirange', default: '{}' })
  published!: string;

  /** Ended, and all its events published: nobody has to look at it again. */
  @Column({ type: 'boolean', default: false })
  settled!: boolean;

  /** Its entries stand in `journal.archives`, and nowhere else. */
  @Column({ type: 'boolean', default: false })
  archived!: boolean;

  @Column({ type: 'integer' })
  turns!: number;

  @Column({ name: 'tool_calls', type: 'integer' })
  toolCalls!: number;

  @Column({ type: 'integer', default: 0 })
  retries!: number;

  @Column({ type: 'integer', default: 0 })
  repairs!: number;

  @Column({ type: 'integer', default: 0 })
  overrides!: number;

  @Column({ name: 'first_token_ms', type: 'double precision', default: 0 })
  firstTokenMs!: number;

  @Column({ type: 'jsonb' })
  usage!: JsonObject;

  @Column({ name: 'cost_usd', type: 'double precision' })
  costUsd!: number;

  /** With the runs that its calls started, as far as they are settled. */
  @Column({ name: 'tree_usage', type: 'jsonb', default: {} })
  treeUsage!: JsonObject;

  @Column({ name: 'tree_cost_usd', type: 'double precision', default: 0 })
  treeCostUsd!: number;

  @Column({ type: 'text' })
  configuration!: string;

  @Column({ type: 'jsonb' })
  limits!: JsonObject;

  @Column({ type: 'jsonb' })
  metadata!: JsonObject;

  @Column({ type: 'jsonb', nullable: true })
  input!: JsonValue;

  @Column({ type: 'jsonb', nullable: true })
  output!: JsonValue;

  /** The agent that it was handed over to and whose answer the output is; empty where its own agent answered. */
  @Column({ name: 'handed_over_to', type: 'text', default: '' })
  handedOverTo!: string;

  @Column({ type: 'jsonb', nullable: true })
  error!: JsonObject | null;

  @Column({ name: 'trace_id', type: 'text' })
  traceId!: string;

  @Column({ name: 'created_at', type: 'timestamp with time zone' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamp with time zone' })
  updatedAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamp with time zone', nullable: true })
  endedAt!: Date | null;
}
