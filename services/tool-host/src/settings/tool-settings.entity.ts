import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What people say of a tool, or of a toolset. */
@Entity({ schema: 'effects', name: 'tool_settings' })
export class ToolSettingsEntity {
  /** A tool's name, `<toolset>.*` or `*`. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tool_settings_pkey' })
  tool!: string;

  /** ToolSettings as proto3 JSON. */
  @Column({ type: 'jsonb' })
  settings!: object;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  @Column({ name: 'updated_by', type: 'text' })
  updatedBy!: string;
}
