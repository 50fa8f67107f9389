import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What somebody decided of a call in doubt. Rows are only ever added, in the transaction that changes the call. */
@Entity({ schema: 'effects', name: 'decisions' })
export class DecisionEntity {
  @PrimaryColumn({ name: 'call_id', type: 'text', primaryKeyConstraintName: 'decisions_pkey' })
  callId!: string;

  /** The attempt that was in doubt: of one attempt there is one decision. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'decisions_pkey' })
  attempt!: number;

  @Column({ type: 'text' })
  tenant!: string;

  /** retry, settle, fail. */
  @Column({ type: 'text' })
  decision!: string;

  @Column({ name: 'decided_by', type: 'text' })
  decidedBy!: string;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ name: 'decided_at', type: 'timestamptz' })
  decidedAt!: Date;
}
