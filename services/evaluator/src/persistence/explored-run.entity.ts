import { Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'explored_runs_pkey';

/** A run whose backend was taken to learn, and not because it was best. */
@Entity({ schema: 'evaluation', name: 'explored_runs' })
export class ExploredRunEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tenant!: string;

  @PrimaryColumn('text', { name: 'run_id', primaryKeyConstraintName })
  runId!: string;
}
