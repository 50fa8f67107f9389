import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A task that was accepted. Its row and the first event of its run are one commit, so that neither is ever there without
 * the other; the unique key makes a second run of the same task impossible.
 */
@Entity({ schema: 'registry', name: 'tasks' })
@Index('tasks_by_key', ['tenant', 'idempotencyKey'], { unique: true })
@Index('tasks_by_run', ['runId'], { unique: true })
@Index('tasks_by_thread', ['tenant', 'thread', 'threadPosition'], { unique: true })
@Index('tasks_open', ['nextCheckAt'], { where: 'ended_at IS NULL' })
@Index('tasks_waiting', ['backend', 'priority', 'tenant', 'waitingSince'], {
  where: 'waiting_since IS NOT NULL AND ended_at IS NULL',
})
@Index('tasks_open_threads', ['tenant', 'thread', 'threadPosition'], {
  where: 'ended_at IS NULL AND thread IS NOT NULL',
})
export class TaskEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tasks_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', name: 'task_id', primaryKeyConstraintName: 'tasks_pkey' })
  taskId!: string;

  @Column({ type: 'text', name: 'run_id' })
  runId!: string;

  /** Null where the publisher gave none and cannot repeat itself. */
  @Column({ type: 'text', name: 'idempotency_key', nullable: true })
  idempotencyKey!: string | null;

  /** Over the request's content: the same key with another one is a conflict. */
  @Column({ type: 'text' })
  fingerprint!: string;

  @Column({ type: 'text' })
  agent!: string;

  @Column({ type: 'text' })
  backend!: string;

  @Column({ type: 'text', nullable: true })
  thread!: string | null;

  /** From 1, the order in which the thread's messages were accepted. */
  @Column({ type: 'integer', name: 'thread_position', nullable: true })
  threadPosition!: number | null;

  /** An earlier run of the thread has not ended: this one is not dispatched yet. */
  @Column({ type: 'boolean' })
  held!: boolean;

  /** 1: before the tenant's others where a backend is full; 0: in order. */
  @Column({ type: 'smallint', default: 0 })
  priority!: number;

  /**
   * The run whose input it became. It has no run of its own then: `run_id` names none, and it counts as ended from the
   * beginning. Null: its run is `run_id`.
   */
  @Column({ type: 'text', name: 'joined_run_id', nullable: true })
  joinedRunId!: string | null;

  /** Since when it is kept back because its backend's queue is full; null once it was admitted, which most are at once. */
  @Column({ type: 'timestamptz', name: 'waiting_since', nullable: true })
  waitingSince!: Date | null;

  /** How often work was published for it. */
  @Column({ type: 'integer' })
  dispatches!: number;

  /** When the reconciler looks at it, unless it has ended by then. */
  @Column({ type: 'timestamptz', name: 'next_check_at' })
  nextCheckAt!: Date;

  /** The run's seq when the reconciler looked last. */
  @Column({ type: 'integer', name: 'checked_seq', default: 0 })
  checkedSeq!: number;

  /** Looks in a row that found it where it was. */
  @Column({ type: 'integer', name: 'idle_checks', default: 0 })
  idleChecks!: number;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
