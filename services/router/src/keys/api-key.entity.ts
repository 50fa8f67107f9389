import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An API key: only the hash of its secret is kept. */
@Entity({ schema: 'registry', name: 'api_keys' })
@Index('api_keys_by_hash', ['hash'], { unique: true })
export class ApiKeyEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'api_keys_pkey' })
  tenant!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  /** read, run, admin. */
  @Column({ type: 'text', array: true })
  scopes!: string[];

  /** SHA-256 of the secret, hexadecimal. */
  @Column({ type: 'text' })
  hash!: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
