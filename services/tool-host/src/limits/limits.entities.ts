import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call that takes one of the places of a tool whose concurrency is limited, until its end or until its host is given up. */
@Entity({ schema: 'effects', name: 'tool_leases' })
export class ToolLeaseEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_leases_pkey' })
  tool!: string;

  @PrimaryColumn({ name: 'call_id', type: 'text', primaryKeyConstraintName: 'tool_leases_pkey' })
  callId!: string;

  @Column({ type: 'timestamptz' })
  until!: Date;
}

/** A token bucket a tool whose rate is limited: calls that may begin now. */
@Entity({ schema: 'effects', name: 'tool_rates' })
export class ToolRateEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_rates_pkey' })
  tool!: string;

  @Column({ type: 'double precision' })
  tokens!: number;

  @Column({ name: 'filled_at', type: 'timestamptz' })
  filledAt!: Date;
}

/** A result of a pure tool that is given again for the same arguments. */
@Entity({ schema: 'effects', name: 'tool_cache' })
export class ToolCacheEntity {
  /** "sha256:" over tenant, user, the tool with its fingerprint, and arguments. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_cache_pkey' })
  key!: string;

  /** ToolResult as proto3 JSON. */
  @Column({ type: 'jsonb' })
  result!: object;

  @Index('tool_cache_until')
  @Column({ type: 'timestamptz' })
  until!: Date;
}
