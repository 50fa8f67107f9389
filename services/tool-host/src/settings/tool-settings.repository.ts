import { Inject, Injectable } from '@nestjs/common';
import {
  fromStore,
  timestampFromDate,
  ToolSettingsSchema,
  toWire,
  type JsonValue,
  type ToolSettings,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

interface RawSettings {
  settings: JsonValue;
  updated_at: Date;
  updated_by: string;
}

@Injectable()
export class ToolSettingsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async list(): Promise<ToolSettings[]> {
    const rows = await sql<RawSettings>(this.dataSource, 'SELECT * FROM effects.tool_settings ORDER BY tool');
    return rows.map(fromRaw);
  }

  /** Replaces what is said of `settings.tool`. */
  async apply(settings: ToolSettings, by: string): Promise<ToolSettings> {
    const [row] = await sql<RawSettings>(
      this.dataSource,
      `INSERT INTO effects.tool_settings (tool, settings, updated_at, updated_by)
       VALUES ($1, $2::jsonb, clock_timestamp(), $3)
       ON CONFLICT (tool) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at, updated_by = excluded.updated_by
       RETURNING *`,
      [settings.tool, JSON.stringify(toWire(ToolSettingsSchema, settings)), by],
    );
    return row ? fromRaw(row) : settings;
  }

  async remove(tool: string): Promise<void> {
    await sql(this.dataSource, 'DELETE FROM effects.tool_settings WHERE tool = $1', [tool]);
  }
}

function fromRaw({ settings, updated_at: updatedAt, updated_by: updatedBy }: RawSettings): ToolSettings {
  return { ...fromStore(ToolSettingsSchema, settings), updatedAt: timestampFromDate(updatedAt), updatedBy };
}
