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

export interface LogRow {
  host: string;
  text: string;
}

/** Hosts whose logs of one server are kept. */
const LOGS_KEPT = 5;

/** A server as it was applied, and what some host of its pool last saw. */
export interface ServerRow {
  name: string;
  pool: string;
  revision: number;
  definition: ToolServer;
  tools: ToolDefinition[];
  status: string;
  lastError: ErrorInfo | undefined;
  /** When a version of one of its tools was last accepted, in ms since 1970; 0: never. */
  acceptedAt: number;
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
  accepted_at: Date | null;
}

@Injectable()
export class ToolServerRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async list(): Promise<ServerRow[]> {
    const rows = await sql<RawServer>(
      this.dataSource,
      `SELECT s.*, (SELECT max(v.accepted_at) FROM effects.tool_versions v WHERE v.server = s.name) AS accepted_at
       FROM effects.tool_servers s ORDER BY s.name`,
    );
    return rows.map((row) => fromRaw(row));
  }

  /** Adds or replaces; the new revision makes every host of the pool connect anew. */
  async apply(server: ToolServer): Promise<void> {
    await sql(
      this.dataSource,
      `INSERT INTO effects.tool_servers AS s (name, pool, revision, definition, status, updated_at)
       VALUES ($1, $2, 1, $3::jsonb, 'connecting', clock_timestamp())
       ON CONFLICT (name) DO UPDATE SET pool = excluded.pool, revision = s.revision + 1, definition = excluded.definition,
         status = excluded.status, last_error = NULL, updated_at = excluded.updated_at`,
      [server.name, server.pool, JSON.stringify(toWire(ToolServerSchema, server))],
    );
  }

  /** Every host of its pool connects to it anew. What was accepted of its tools stays so, and no more. */
  async renew(name: string): Promise<void> {
    await sql(
      this.dataSource,
      `UPDATE effects.tool_servers SET revision = revision + 1,
         accepted_revision = accepted_revision + (accepted_revision = revision)::int WHERE name = $1`,
      [name],
    );
  }

  /** With what is kept of its logins and its words. False where there is none of that name. */
  async remove(name: string): Promise<boolean> {
    const rows = await sql(
      this.dataSource,
      `WITH logins AS (DELETE FROM effects.tool_server_logins WHERE server = $1),
            logs AS (DELETE FROM effects.tool_server_logs WHERE server = $1)
       DELETE FROM effects.tool_servers WHERE name = $1 RETURNING name`,
      [name],
    );
    return rows.length > 0;
  }

  /** Instead of what was there of this host; of hosts that are gone, the last few stay. Nothing is written where there is no such server. */
  async saveLog(server: string, host: string, text: string): Promise<void> {
    await sql(
      this.dataSource,
      `WITH saved AS (
         INSERT INTO effects.tool_server_logs (server, host, text, updated_at)
         SELECT name, $2, $3, clock_timestamp() FROM effects.tool_servers WHERE name = $1
         ON CONFLICT (server, host) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at)
       DELETE FROM effects.tool_server_logs WHERE server = $1 AND host IN (
         SELECT host FROM effects.tool_server_logs WHERE server = $1 AND host <> $2
         ORDER BY updated_at DESC OFFSET ${LOGS_KEPT - 1})`,
      // Postgres' text holds no NUL.
      [server, host, text.replaceAll('\0', '')],
    );
  }

  /** The oldest first. */
  logs(server: string): Promise<LogRow[]> {
    return sql<LogRow>(
      this.dataSource,
      'SELECT host, text FROM effects.tool_server_logs WHERE server = $1 ORDER BY updated_at, host',
      [server],
    );
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

function fromRaw(row: RawServer): ServerRow {
  return {
    name: row.name,
    pool: row.pool,
    revision: row.revision,
    definition: fromStore(ToolServerSchema, row.definition),
    tools: row.tools.map((tool) => fromStore(ToolDefinitionSchema, tool)),
    status: row.status,
    lastError: row.last_error === null ? undefined : fromStore(ErrorInfoSchema, row.last_error),
    acceptedAt: row.accepted_at?.getTime() ?? 0,
  };
}
