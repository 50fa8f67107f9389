import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'watches_pkey';

/** A live backend that is asked the same things again and again. */
@Entity({ schema: 'evaluation', name: 'watches' })
@Index('watches_next', ['nextAt'])
export class WatchEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  name!: string;

  @Column('text')
  backend!: string;

  /** Empty: the suite's. */
  @Column('text')
  agent!: string;

  /** Empty: the probe alone. */
  @Column('text')
  suite!: string;

  @Column('text', { name: 'suite_version' })
  suiteVersion!: string;

  @Column('integer', { name: 'every_seconds' })
  everySeconds!: number;

  /** In any 24 hours. */
  @Column('double precision', { name: 'max_cost_usd' })
  maxCostUsd!: number;

  /** tokens, answers, latency, quality. */
  @Column('text', { array: true })
  tests!: string[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'next_at' })
  nextAt!: Date;

  /** Turns that were begun. */
  @Column('integer')
  turns!: number;
}
