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

  /** Over the whole fleet; 0 sets no limit. */
  @Column({ type: 'integer', name: 'tokens_per_minute', default: 0 })
  tokensPerMinute!: number;

  @Column({ type: 'integer', name: 'requests_per_minute', default: 0 })
  requestsPerMinute!: number;

  /** The circuit is open until then, and half open after; null: it is closed. */
  @Column({ type: 'timestamptz', name: 'open_until', nullable: true })
  openUntil!: Date | null;

  /** How often it opened without a success between. */
  @Column({ type: 'integer', default: 0 })
  openings!: number;

  /** Failures in a row since `recent_since` that count for the circuit. */
  @Column({ type: 'integer', name: 'recent_failures', default: 0 })
  recentFailures!: number;

  @Column({ type: 'timestamptz', name: 'recent_since', nullable: true })
  recentSince!: Date | null;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
