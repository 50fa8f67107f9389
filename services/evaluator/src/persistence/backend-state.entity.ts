import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'backend_states_pkey';

/** What a backend was seen to be by the last model turns of a tenant's runs. */
@Entity({ schema: 'evaluation', name: 'backend_states' })
export class BackendStateEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  backend!: string;

  @Column('text', { name: 'profile_version' })
  profileVersion!: string;

  /** As the endpoint answered. */
  @Column('text')
  model!: string;

  /** The model that it was configured to ask for; empty where that was not known. */
  @Column('text')
  configured!: string;

  /** Of the first turn that was so. */
  @Column('timestamptz')
  since!: Date;

  @Column('text', { name: 'run_id' })
  runId!: string;

  /** What it was before; empty where nothing was seen. */
  @Column('text', { name: 'previous_profile_version' })
  previousProfileVersion!: string;

  @Column('text', { name: 'previous_model' })
  previousModel!: string;
}
