import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is remembered of a server's authorisation, sealed. Goes with its server. */
@Entity({ schema: 'effects', name: 'tool_server_logins' })
export class ServerLoginEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_server_logins_pkey' })
  server!: string;

  /** SealedSecret; null in the row that is there only to be locked. */
  @Column({ type: 'jsonb', nullable: true })
  sealed!: object | null;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
