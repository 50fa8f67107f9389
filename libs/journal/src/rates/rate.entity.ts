import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the fleet may ask of a backend at this moment, and who probes it while its circuit is half open. */
@Entity({ schema: 'journal', name: 'rates' })
export class RateEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'rates_pkey' })
  backend!: string;

  @Column({ type: 'double precision' })
  tokens!: number;

  @Column({ type: 'double precision' })
  requests!: number;

  @Column({ name: 'refilled_at', type: 'timestamp with time zone' })
  refilledAt!: Date;

  /** The request that probes; empty where none does. */
  @Column({ name: 'probe_by', type: 'text', default: '' })
  probeBy!: string;

  /** When another may probe, whatever became of that one. */
  @Column({ name: 'probe_until', type: 'timestamp with time zone', nullable: true })
  probeUntil!: Date | null;
}
