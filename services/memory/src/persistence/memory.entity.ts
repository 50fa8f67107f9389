import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** One statement of one scope; said again, its count rises. */
@Entity({ schema: 'memory', name: 'memories' })
@Unique('memories_statement', ['scopeId', 'statementKey'])
@Index('memories_recent', ['scopeId', 'lastAt'])
@Index('memories_tenant', ['tenant', 'id'])
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
}
