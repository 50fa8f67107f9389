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
  /** Another one after every write of the row. */
  stamp: string;
  /** Null, as `tools`, where the row is as it was when it was last read. */
  definition: JsonValue;
  tools: JsonValue[] | null;
  status: string;
  last_error: JsonValue;
  accepted_at: Date | null;
}

@Injectable()
export class ToolServerRepository {
  /** As last read, by name. */
  #known: ReadonlyMap<string, { stamp: string; row: ServerRow }> = new Map();

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * All servers by name. A row that nobody has written since the last call is the same object: definitions and tools, which may be
   * megabytes, are only read where they changed.
   */
  async list(): Promise<ServerRow[]> {
    const known = this.#known;
    const rows = await sql<RawServer>(
      this.dataSource,
      `SELECT s.name, s.pool, s.revision, s.status, s.last_error, t.stamp,
         CASE WHEN k.stamp = t.stamp THEN NULL ELSE s.definition END AS definition,
         CASE WHEN k.stamp = t.stamp THEN NULL ELSE s.tools END AS tools,
         (SELECT max(v.accepted_at) FROM effects.tool_versions v WHERE v.server = s.name) AS accepted_at
       FROM effects.tool_servers s
       CROSS JOIN LATERAL (SELECT s.xmin::text || ' ' || s.ctid::text AS stamp) t
       LEFT JOIN unnest($1::text[], $2::text[]) AS k(name, stamp) ON k.name = s.name
       ORDER BY s.name`,
      [[...known.keys()], [...known.values()].map(({ stamp }) => stamp)],
    );
    const read = rows.map((raw) => ({ stamp: raw.stamp, row: rowOf(raw, known.get(raw.name)?.row) }));
    this.#known = new Map(read.map((entry) => [entry.row.name, entry]));
    return read.map(({ row }) => row);
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

/** @param known as it was last read; its definition and tools hold where the row brings none */
function rowOf(raw: RawServer, known: ServerRow | undefined): ServerRow {
  const acceptedAt = raw.accepted_at?.getTime() ?? 0;
  if (raw.tools === null && known) return known.acceptedAt === acceptedAt ? known : { ...known, acceptedAt };
  return {
    name: raw.name,
    pool: raw.pool,
    revision: raw.revision,
    definition: fromStore(ToolServerSchema, raw.definition),
    tools: (raw.tools ?? []).map((tool) => fromStore(ToolDefinitionSchema, tool)),
    status: raw.status,
    lastError: raw.last_error === null ? undefined : fromStore(ErrorInfoSchema, raw.last_error),
    acceptedAt,
  };
}
