import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A named secret of a tenant, sealed, with what may use it. */
@Entity({ schema: 'effects', name: 'secrets' })
export class SecretEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'secrets_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'secrets_pkey' })
  name!: string;

  /** Servers, and tools that come with the host. */
  @Column({ name: 'used_by', type: 'text', array: true })
  usedBy!: string[];

  /** Empty: any. */
  @Column({ type: 'text', array: true })
  pools!: string[];

  /** SealedSecret. */
  @Column({ type: 'jsonb' })
  sealed!: object;

  /** Counts the times it was set, from 1: who holds another one connects anew. */
  @Column({ type: 'integer' })
  revision!: number;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  @Column({ name: 'updated_by', type: 'text' })
  updatedBy!: string;
}
