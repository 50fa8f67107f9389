import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tool that comes with the hosts of a pool, so that the hosts of other pools know of it. */
@Entity({ schema: 'effects', name: 'builtin_tools' })
export class BuiltinToolEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'builtin_tools_pkey' })
  pool!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'builtin_tools_pkey' })
  name!: string;

  @Column({ type: 'text' })
  toolset!: string;

  /** ToolDefinition, as on the wire. */
  @Column({ type: 'jsonb' })
  definition!: object;

  /** When a host of the pool last offered it. */
  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt!: Date;
}
