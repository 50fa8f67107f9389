import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of the effect ledger: what became of one tool call, for good. */
@Entity({ schema: 'effects', name: 'calls' })
@Index('calls_unknown', ['tenant', 'callId'], { where: "status = 'unknown'" })
@Index('calls_to_wake', ['wakeAt'], { where: 'wake_at IS NOT NULL' })
// A block range index, which TypeORM cannot describe: the migration makes it.
@Index('calls_by_age', { synchronize: false })
export class CallEntity {
  @PrimaryColumn({ name: 'call_id', type: 'text', primaryKeyConstraintName: 'calls_pkey' })
  callId!: string;

  @Column({ type: 'text' })
  tenant!: string;

  /** Empty for a call made by hand. */
  @Column({ name: 'run_id', type: 'text' })
  runId!: string;

  @Column({ type: 'text' })
  tool!: string;

  /** pure, idempotent, irreversible: as it was when the call was first seen. */
  @Column({ type: 'text' })
  effect!: string;

  /** started, settled, unknown, released. */
  @Column({ type: 'text' })
  status!: string;

  /** `sha256:` over the tool's name and the arguments: the same id with other content is a conflict. */
  @Column({ name: 'arguments_hash', type: 'text' })
  argumentsHash!: string;

  /** ToolResult as proto3 JSON; null while started. */
  @Column({ type: 'jsonb', nullable: true })
  result!: object | null;

  /** Counts the hosts that took the call over, from 1; with `host` it fences the settling write. */
  @Column({ type: 'integer' })
  attempt!: number;

  @Column({ type: 'text' })
  host!: string;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt!: Date | null;

  /** When its run is next told that a call in doubt was decided; null where there is nothing to tell. */
  @Column({ name: 'wake_at', type: 'timestamptz', nullable: true })
  wakeAt!: Date | null;
}
