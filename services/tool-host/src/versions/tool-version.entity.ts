import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A tool as its server once offered it. Rows are added when something new is offered, and marked when it is accepted. */
@Entity({ schema: 'effects', name: 'tool_versions' })
@Unique('tool_versions_fingerprint', ['server', 'tool', 'fingerprint'])
export class ToolVersionEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_versions_pkey' })
  server!: string;

  /** As models call it. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_versions_pkey' })
  tool!: string;

  /** Counts what was offered under this name, from 1. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'tool_versions_pkey' })
  number!: number;

  @Column({ type: 'text' })
  fingerprint!: string;

  /** ToolDefinition as proto3 JSON. */
  @Column({ type: 'jsonb' })
  definition!: object;

  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt!: Date;

  /** The version of a tool that was accepted last is the one that agents get. */
  @Column({ name: 'accepted_at', type: 'timestamptz', nullable: true })
  acceptedAt!: Date | null;

  @Column({ name: 'accepted_by', type: 'text', nullable: true })
  acceptedBy!: string | null;
}
