import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An agent by name, and which of its versions is the current one. */
@Entity({ schema: 'registry', name: 'agents' })
export class AgentEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'agents_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'agents_pkey' })
  name!: string;

  /** Content address of the current version. */
  @Column({ type: 'text' })
  version!: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
