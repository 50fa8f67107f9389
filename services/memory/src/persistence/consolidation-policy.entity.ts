import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whether summaries of a tenant are made in the background; see ConsolidationPolicy in the contract. */
@Entity({ schema: 'memory', name: 'consolidation_policies' })
export class ConsolidationPolicyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'consolidation_policies_pkey' })
  tenant!: string;

  /** on, off. */
  @Column('text')
  rounds!: string;
}
