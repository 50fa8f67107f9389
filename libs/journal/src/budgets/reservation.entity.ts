import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is set aside for the turn that a run is at. A run has one turn at a time, and so one row. */
@Entity({ schema: 'journal', name: 'reservations' })
export class ReservationEntity {
  @PrimaryColumn({ name: 'run_id', type: 'text', primaryKeyConstraintName: 'reservations_pkey' })
  runId!: string;

  @Column({ type: 'integer' })
  turn!: number;

  /** Budgets that it counts in. */
  @Column({ type: 'text', array: true })
  scopes!: string[];

  @Column({ type: 'double precision' })
  usd!: number;

  @Column({ type: 'double precision' })
  tokens!: number;

  @Column({ type: 'timestamp with time zone' })
  at!: Date;
}
