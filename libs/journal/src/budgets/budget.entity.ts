import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What runs may spend together. A row that many turns change: the fence of the money is its lock. */
@Entity({ schema: 'journal', name: 'budgets' })
@Index('budgets_by_tenant', ['tenant', 'agent'], { where: `kind <> 'run'` })
export class BudgetEntity {
  /** `tenant:<tenant>`, `agent:<tenant>/<agent>`, `run:<root run>`. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'budgets_pkey' })
  scope!: string;

  /** tenant, agent, run. */
  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  tenant!: string;

  /** Empty: the whole tenant. */
  @Column({ type: 'text' })
  agent!: string;

  /** hour, day, month, total. */
  @Column({ type: 'text' })
  per!: string;

  /** 0: no limit. */
  @Column({ name: 'limit_usd', type: 'double precision' })
  limitUsd!: number;

  @Column({ name: 'limit_tokens', type: 'double precision' })
  limitTokens!: number;

  @Column({ name: 'spent_usd', type: 'double precision' })
  spentUsd!: number;

  @Column({ name: 'spent_tokens', type: 'double precision' })
  spentTokens!: number;

  @Column({ name: 'reserved_usd', type: 'double precision' })
  reservedUsd!: number;

  @Column({ name: 'reserved_tokens', type: 'double precision' })
  reservedTokens!: number;

  @Column({ name: 'period_start', type: 'timestamp with time zone' })
  periodStart!: Date;

  @Column({ name: 'updated_at', type: 'timestamp with time zone' })
  updatedAt!: Date;
}
