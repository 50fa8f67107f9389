import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'evidence_pkey';

/** One memory says what another one says: the edge from what was derived to what it was derived from. */
@Entity({ schema: 'memory', name: 'evidence' })
@Index('evidence_of', ['evidenceId'])
export class EvidenceEntity {
  @PrimaryColumn('text', { name: 'memory_id', primaryKeyConstraintName })
  memoryId!: string;

  @PrimaryColumn('text', { name: 'evidence_id', primaryKeyConstraintName })
  evidenceId!: string;

  @Column('text')
  tenant!: string;
}
