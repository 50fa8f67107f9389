import { Inject, Injectable } from '@nestjs/common';
import { fromStore, ToolDefinitionSchema, toWire, type JsonValue, type ToolDefinition } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { HostIdentity } from '../calls/host-identity.js';

/** A pool that no host was seen of for so long offers nothing any more. Longer than any host takes to come back. */
const FORGOTTEN_AFTER = '1 hour';

/** A tool that comes with the hosts of `definition.pool`. */
export interface BuiltinRow {
  toolset: string;
  definition: ToolDefinition;
}

@Injectable()
export class BuiltinToolsRepository {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(HostIdentity) private readonly self: HostIdentity,
  ) {}

  /** Puts what this host comes with in the place of what its pool offered before. */
  async offer(tools: readonly BuiltinRow[]): Promise<void> {
    const rows = tools.map(({ toolset, definition }) => ({
      name: definition.name,
      toolset,
      definition: toWire(ToolDefinitionSchema, definition),
    }));
    await sql(
      this.dataSource,
      `WITH offered AS (
         SELECT * FROM jsonb_to_recordset($2::jsonb) AS t(name text, toolset text, definition jsonb)
       ), gone AS (
         DELETE FROM effects.builtin_tools b WHERE b.pool = $1 AND NOT EXISTS (SELECT 1 FROM offered o WHERE o.name = b.name)
       )
       INSERT INTO effects.builtin_tools (pool, name, toolset, definition, seen_at)
       SELECT $1, name, toolset, definition, clock_timestamp() FROM offered ORDER BY name
       ON CONFLICT (pool, name) DO UPDATE
       SET toolset = excluded.toolset, definition = excluded.definition, seen_at = excluded.seen_at`,
      [this.self.pool, JSON.stringify(rows)],
    );
  }

  /**
   * Each name once, the same for every host that asks at that moment: of several pools that have it, one with a living host
   * before one without, the pool "default" before others, then by name.
   */
  async list(): Promise<BuiltinRow[]> {
    const rows = await sql<{ toolset: string; definition: JsonValue }>(
      this.dataSource,
      `SELECT DISTINCT ON (b.name) b.toolset, b.definition
       FROM effects.builtin_tools b
       WHERE b.seen_at > clock_timestamp() - interval '${FORGOTTEN_AFTER}'
       ORDER BY b.name,
         EXISTS (
           SELECT 1 FROM effects.hosts h
           WHERE h.pool = b.pool AND h.seen_at > clock_timestamp() - $1 * interval '1 millisecond'
         ) DESC,
         b.pool = 'default' DESC, b.pool`,
      [this.self.leaseMs],
    );
    return rows.map(({ toolset, definition }) => ({
      toolset,
      definition: fromStore(ToolDefinitionSchema, definition),
    }));
  }
}
