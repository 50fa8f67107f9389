import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A value that is too large for an event, once for all events of a tenant that have it. */
@Entity({ schema: 'journal', name: 'payloads' })
export class PayloadEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payloads_pkey' })
  tenant!: string;

  /** "sha256:" and 64 hexadecimal digits, of the canonical JSON. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payloads_pkey' })
  hash!: string;

  /** Of the JSON in UTF-8. */
  @Column({ type: 'integer' })
  bytes!: number;

  /** Canonical JSON text. */
  @Column({ type: 'text' })
  data!: string;

  /** When it was last written or referred to anew. */
  @Column({ name: 'used_at', type: 'timestamp with time zone' })
  usedAt!: Date;
}

/** Which runs refer to it; without any it goes. */
@Entity({ schema: 'journal', name: 'payload_uses' })
@Index('payload_uses_by_run', ['runId'])
export class PayloadUseEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payload_uses_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'payload_uses_pkey' })
  hash!: string;

  @PrimaryColumn({ name: 'run_id', type: 'text', primaryKeyConstraintName: 'payload_uses_pkey' })
  runId!: string;
}
