import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'retention_pkey';

/** What is forgotten by itself, and when; see RetentionPolicy in the contract. */
@Entity({ schema: 'memory', name: 'retention' })
export class RetentionEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  name!: string;

  /** Parts of the scope; empty: any. */
  @Column('text')
  agent!: string;

  @Column('text', { name: 'user_id' })
  user!: string;

  @Column('text')
  thread!: string;

  /** Empty: any. */
  @Column('text')
  kind!: string;

  /** 0: not by this. */
  @Column('integer', { name: 'max_age_days' })
  maxAgeDays!: number;

  @Column('integer', { name: 'unused_days' })
  unusedDays!: number;

  @Column('integer')
  quota!: number;
}
