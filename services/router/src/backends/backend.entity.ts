import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One served model endpoint with its profile and its health. Never a key: only the name of the variable that holds it. */
@Entity({ schema: 'registry', name: 'backends' })
export class BackendEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'backends_pkey' })
  name!: string;

  @Column({ type: 'text', name: 'base_url' })
  baseUrl!: string;

  @Column({ type: 'text' })
  api!: string;

  @Column({ type: 'text' })
  model!: string;

  /** Profile of @switchyard/models; its `version` addresses its content. */
  @Column({ type: 'jsonb' })
  profile!: object;

  @Column({ type: 'text', name: 'api_key_env' })
  apiKeyEnv!: string;

  @Column({ type: 'boolean' })
  simulated!: boolean;

  @Column({ type: 'text' })
  note!: string;

  /** Runs at once over the whole fleet. */
  @Column({ type: 'integer' })
  concurrency!: number;

  /** unknown, healthy, failing. */
  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'integer', name: 'consecutive_failures' })
  consecutiveFailures!: number;

  /** proto3 JSON of switchyard.v1.ErrorInfo. */
  @Column({ type: 'jsonb', name: 'last_error', nullable: true })
  lastError!: object | null;

  @Column({ type: 'timestamptz', name: 'checked_at', nullable: true })
  checkedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
