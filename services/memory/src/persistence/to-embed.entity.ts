import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A memory that waits for its vector. */
@Entity({ schema: 'memory', name: 'to_embed' })
export class ToEmbedEntity {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'to_embed_pkey' })
  doc!: string;

  @Column('text')
  tenant!: string;

  /** Until then a replica has it in hand. */
  @Column('timestamptz', { name: 'claimed_until', default: () => "'-infinity'" })
  claimedUntil!: Date;

  /** How often it was begun. */
  @Column('integer', { default: 0 })
  attempts!: number;
}
