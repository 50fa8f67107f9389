import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** One thing that one scope remembers; said again, its count rises. */
@Entity({ schema: 'memory', name: 'memories' })
@Unique('memories_statement', ['scopeId', 'statementKey'])
@Index('memories_recent', ['scopeId', 'lastAt'])
@Index('memories_tenant', ['tenant', 'id'])
@Index('memories_doc', ['doc'], { unique: true })
@Index('memories_conversation', ['scopeId', 'conversation', 'position'])
@Index('memories_subject', ['scopeId', 'subject'], { where: "subject <> ''" })
@Index('memories_run', ['tenant', 'runId'], { where: "run_id <> ''" })
@Index('memories_expiry', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
export class MemoryEntity {
  /** Sorts by the time of its making. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'memories_pkey' })
  id!: string;

  @Column('text')
  tenant!: string;

  @Column('bigint', { name: 'scope_id' })
  scopeId!: string;

  @Column('text')
  text!: string;

  /** Equal for equal statements; see `statementKey`. */
  @Column('text', { name: 'statement_key' })
  statementKey!: string;

  @Column('text', { array: true })
  tags!: string[];

  @Column('text')
  source!: string;

  @Column('text', { name: 'run_id' })
  runId!: string;

  @Column('integer')
  seq!: number;

  @Column('text', { name: 'call_id' })
  callId!: string;

  @Column('text')
  actor!: string;

  /** How often it was said. */
  @Column('integer', { default: 1 })
  count!: number;

  /** Terms of its text; what BM25 calls the document's length. */
  @Column('integer')
  terms!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** When it was last said. */
  @Column('timestamptz', { name: 'last_at' })
  lastAt!: Date;

  /** What the index knows it by. */
  @Column('bigint', { generated: 'identity' })
  doc!: string;

  /** episode, fact, summary. */
  @Column('text', { default: 'fact' })
  kind!: string;

  /** What a fact is about; facts of one subject replace each other. Empty: nothing replaces it by itself. */
  @Column('text', { default: '' })
  subject!: string;

  /** See `records/trust.ts`. */
  @Column('smallint', { default: 2 })
  trust!: number;

  @Column('real', { default: 1 })
  confidence!: number;

  /** Somebody said so: it stands without evidence. */
  @Column('boolean', { default: true })
  asserted!: boolean;

  @Column('text', { default: '' })
  speaker!: string;

  @Column('text', { default: '' })
  conversation!: string;

  @Column('bigint', { default: 0 })
  position!: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** current, superseded, retracted: as it is known now. */
  @Column('text', { default: 'current' })
  state!: string;

  @Column('text', { name: 'superseded_by', default: '' })
  supersededBy!: string;

  /** How often, and when last, it was given to somebody. */
  @Column('integer', { default: 0 })
  recalled!: number;

  @Column('timestamptz', { name: 'recalled_at', nullable: true })
  recalledAt!: Date | null;
}
