import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The whole text of a result of which a run was given a preview. Written before its call settles, and never changed. */
@Entity({ schema: 'effects', name: 'kept_results' })
@Index('kept_results_by_age', ['keptAt'])
export class KeptResultEntity {
  @PrimaryColumn({ name: 'call_id', type: 'text', primaryKeyConstraintName: 'kept_results_pkey' })
  callId!: string;

  /** `sha256:` of the text: two hosts that ran a call that only reads may each have kept what it gave them. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'kept_results_pkey' })
  hash!: string;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ type: 'text' })
  content!: string;

  @Column({ name: 'kept_at', type: 'timestamptz', default: () => 'now()' })
  keptAt!: Date;
}
