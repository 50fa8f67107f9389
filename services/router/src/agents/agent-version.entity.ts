import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An immutable snapshot of an agent: written once, never changed, never deleted. */
@Entity({ schema: 'registry', name: 'agent_versions' })
@Index('agent_versions_by_number', ['tenant', 'name', 'number'], { unique: true })
export class AgentVersionEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'agent_versions_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'agent_versions_pkey' })
  name!: string;

  /** "sha256:…" over the canonical JSON of the definition. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'agent_versions_pkey' })
  version!: string;

  /** From 1, for people. */
  @Column({ type: 'integer' })
  number!: number;

  /** proto3 JSON of switchyard.v1.AgentDefinition. */
  @Column({ type: 'jsonb' })
  definition!: object;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
