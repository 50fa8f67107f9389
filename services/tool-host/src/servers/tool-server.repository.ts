import { Inject, Injectable } from '@nestjs/common';
import {
  ErrorInfoSchema,
  fromStore,
  ToolDefinitionSchema,
  ToolServerSchema,
  toWire,
  type ErrorInfo,
  type JsonValue,
  type ToolDefinition,
  type ToolServer,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';

/** A server as it was applied, and what some host of its pool last saw. */
export interface ServerRow {
  name: string;
  pool: string;
  revision: number;
  definition: ToolServer;
  tools: ToolDefinition[];
  status: string;
  lastError: ErrorInfo | undefined;
}

export interface ServerState {
  tools: readonly ToolDefinition[];
  status: string;
  lastError: ErrorInfo | undefined;
}

interface RawServer {
  name: string;
  pool: string;
  revision: number;
  definition: JsonValue;
  tools: JsonValue[];
  status: string;
  last_error: JsonValue;
}

@Injectable()
export class ToolServerRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async list(): Promise<ServerRow[]> {
    const rows = await sql<RawServer>(this.dataSource, 'SELECT * FROM effects.tool_servers ORDER BY name');
    return rows.map(fromRaw);
  }

  /** Adds or replaces; the new revision makes every host of the pool connect anew. */
  async apply(server: ToolServer): Promise<ServerRow> {
    const rows = await sql<RawServer>(
      this.dataSource,
      `INSERT INTO effects.tool_servers AS s (name, pool, revision, definition, status, updated_at)
       VALUES ($1, $2, 1, $3::jsonb, 'connecting', clock_timestamp())
       ON CONFLICT (name) DO UPDATE SET pool = excluded.pool, revision = s.revision + 1, definition = excluded.definition,
         status = excluded.status, last_error = NULL, updated_at = excluded.updated_at
       RETURNING *`,
      [server.name, server.pool, JSON.stringify(toWire(ToolServerSchema, server))],
    );
    return fromRaw(rows[0]);
  }

  /** False where there is none of that name. */
  async remove(name: string): Promise<boolean> {
    const rows = await sql(this.dataSource, 'DELETE FROM effects.tool_servers WHERE name = $1 RETURNING name', [name]);
    return rows.length > 0;
  }

  /** What this host sees of a server; nothing is written where it was applied anew or removed meanwhile. */
  async saveState(name: string, revision: number, state: ServerState): Promise<void> {
    const tools = state.tools.map((tool) => toWire(ToolDefinitionSchema, tool));
    const error = state.lastError ? JSON.stringify(toWire(ErrorInfoSchema, state.lastError)) : null;
    await sql(
      this.dataSource,
      `UPDATE effects.tool_servers SET tools = $3::jsonb, status = $4, last_error = $5::jsonb, updated_at = clock_timestamp()
       WHERE name = $1 AND revision = $2`,
      [name, revision, JSON.stringify(tools), state.status, error],
    );
  }
}

function fromRaw(row: RawServer | undefined): ServerRow {
  if (!row) throw new TypeError('The statement gave no row');
  return {
    name: row.name,
    pool: row.pool,
    revision: row.revision,
    definition: fromStore(ToolServerSchema, row.definition),
    tools: row.tools.map((tool) => fromStore(ToolDefinitionSchema, tool)),
    status: row.status,
    lastError: row.last_error === null ? undefined : fromStore(ErrorInfoSchema, row.last_error),
  };
}
