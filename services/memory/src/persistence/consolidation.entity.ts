import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the rounds have come with one scope. */
@Entity({ schema: 'memory', name: 'consolidations' })
export class ConsolidationEntity {
  @Column('text')
  tenant!: string;

  @PrimaryColumn('bigint', { name: 'scope_id', primaryKeyConstraintName: 'consolidations_pkey' })
  scopeId!: string;

  /** What the scope's own number was when all of it had been looked at; another number: there is something to do. */
  @Column('bigint', { default: -1 })
  changes!: string;

  /** Until then a replica has it in hand; one that dies leaves it to the others after. */
  @Column('timestamptz', { name: 'claimed_until', default: () => "'-infinity'" })
  claimedUntil!: Date;

  /** When it was last looked at. */
  @Column('timestamptz')
  at!: Date;
}
