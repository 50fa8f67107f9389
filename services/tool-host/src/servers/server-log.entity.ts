import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a server's program last wrote at one host. Goes with its server. */
@Entity({ schema: 'effects', name: 'tool_server_logs' })
export class ServerLogEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_server_logs_pkey' })
  server!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_server_logs_pkey' })
  host!: string;

  @Column({ type: 'text' })
  text!: string;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
