import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A server of tools as it was applied, and what the hosts of its pool last saw of it. */
@Entity({ schema: 'effects', name: 'tool_servers' })
export class ToolServerEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_servers_pkey' })
  name!: string;

  @Column({ type: 'text' })
  pool!: string;

  /** Counts the times it was applied, from 1: who holds another revision connects anew. */
  @Column({ type: 'integer' })
  revision!: number;

  /** ToolServer as proto3 JSON, without its status. */
  @Column({ type: 'jsonb' })
  definition!: object;

  /** ToolDefinition[] as proto3 JSON: the last listing, so that its tools can be named while it is away. */
  @Column({ type: 'jsonb', default: () => `'[]'` })
  tools!: object;

  @Column({ type: 'text' })
  status!: string;

  /** ErrorInfo as proto3 JSON. */
  @Column({ name: 'last_error', type: 'jsonb', nullable: true })
  lastError!: object | null;

  /** The revision with which all that it offered was last accepted: what comes with a definition that somebody applied is. */
  @Column({ name: 'accepted_revision', type: 'integer', default: 0 })
  acceptedRevision!: number;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
