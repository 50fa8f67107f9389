import { Inject, Injectable } from '@nestjs/common';
import { fromStore, ToolDefinitionSchema, toWire, type JsonValue, type ToolDefinition } from '@switchyard/contracts';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';
import type { ServerRow } from '../servers/tool-server.repository.js';

/** One version of a tool of a server. */
export interface ToolVersionRow {
  server: string;
  /** As models call it. */
  tool: string;
  /** Counts what was offered under this name, from 1. */
  number: number;
  definition: ToolDefinition;
  seenAt: Date;
  /** The version of a tool that was accepted last is the one that agents get. */
  acceptedAt: Date | undefined;
  acceptedBy: string;
}

/** A version among all of its tool. */
export interface ListedVersion extends ToolVersionRow {
  /** Agents get this one. */
  current: boolean;
}

/** What agents get of a tool, beside what its server offers now. */
export interface AdmittedTool {
  accepted: ToolVersionRow;
  /** The version that the server offers. */
  offered: number;
}

interface RawVersion {
  server: string;
  tool: string;
  number: number;
  definition: JsonValue;
  seen_at: Date;
  accepted_at: Date | null;
  accepted_by: string | null;
}

/** Versions that nobody accepted are kept so many a tool: a server that never says the same twice fills no disk. */
const KEPT_UNACCEPTED = 50;
/** Who accepts what comes with a definition that somebody applied, and a tool that was not there before. */
const BY_APPLYING = 'applied';
/** Who accepts for a server whose definition says `changes: accept`. */
const BY_POLICY = 'policy';

/** What servers offered over time, and what of it agents get. */
@Injectable()
export class ToolVersionsRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Records what a server offers, and gives what agents get of it, by tool. A tool that is new is accepted; a changed one where
   * the server's definition says so, or was applied since the last listing. Undefined where the server has been applied anew or
   * removed meanwhile.
   */
  async admit(row: ServerRow, offered: readonly ToolDefinition[]): Promise<Map<string, AdmittedTool> | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      // Hosts of a pool list at the same time: one after the other.
      const [server] = await sql<{ accepted_revision: number }>(
        manager,
        'SELECT accepted_revision FROM effects.tool_servers WHERE name = $1 AND revision = $2 FOR UPDATE',
        [row.name, row.revision],
      );
      if (!server) return undefined;
      const applied = server.accepted_revision < row.revision;
      await this.record(manager, row.name, offered);
      const byPolicy = !applied && row.definition.changes === 'accept';
      await this.acceptOffered(manager, row.name, offered, {
        by: byPolicy ? BY_POLICY : BY_APPLYING,
        changes: applied || byPolicy,
      });
      if (applied) {
        await sql(manager, 'UPDATE effects.tool_servers SET accepted_revision = revision WHERE name = $1', [row.name]);
      }
      await this.forgetOld(manager, row.name, offered);
      return this.admitted(manager, row.name, offered);
    });
  }

  /** Every version of a tool that is kept, the newest first. */
  async list(server: string, tool: string): Promise<ListedVersion[]> {
    const rows = await sql<RawVersion & { current: boolean }>(
      this.dataSource,
      `SELECT *, accepted_at IS NOT NULL AND accepted_at = max(accepted_at) OVER () AS current
       FROM effects.tool_versions WHERE server = $1 AND tool = $2 ORDER BY number DESC`,
      [server, tool],
    );
    return rows.map((row) => ({ ...fromRaw(row), current: row.current }));
  }

  /** From now on agents get this version. Undefined where there is no such version. */
  async accept(server: string, tool: string, number: number, by: string): Promise<ToolVersionRow | undefined> {
    const [row] = await sql<RawVersion>(
      this.dataSource,
      `UPDATE effects.tool_versions SET accepted_at = clock_timestamp(), accepted_by = $4
       WHERE server = $1 AND tool = $2 AND number = $3 RETURNING *`,
      [server, tool, number, by],
    );
    return row && fromRaw(row);
  }

  private async record(manager: EntityManager, server: string, offered: readonly ToolDefinition[]): Promise<void> {
    const rows = offered.map((definition) => ({
      tool: definition.name,
      fingerprint: definition.fingerprint,
      definition: toWire(ToolDefinitionSchema, definition),
    }));
    await sql(
      manager,
      `INSERT INTO effects.tool_versions (server, tool, number, fingerprint, definition, seen_at)
       SELECT $1, o.tool, 1 + COALESCE(
                (SELECT max(v.number) FROM effects.tool_versions v WHERE v.server = $1 AND v.tool = o.tool), 0),
              o.fingerprint, o.definition, clock_timestamp()
       FROM jsonb_to_recordset($2::jsonb) AS o (tool text, fingerprint text, definition jsonb)
       ON CONFLICT (server, tool, fingerprint) DO NOTHING`,
      [server, JSON.stringify(rows)],
    );
  }

  /** Tools of which nothing was ever accepted, and what has changed of others where `changes` says so. */
  private async acceptOffered(
    manager: EntityManager,
    server: string,
    offered: readonly ToolDefinition[],
    { by, changes }: { by: string; changes: boolean },
  ): Promise<void> {
    await sql(
      manager,
      `UPDATE effects.tool_versions AS v SET accepted_at = clock_timestamp(), accepted_by = $4
       FROM unnest($2::text[], $3::text[]) AS o (tool, fingerprint)
       LEFT JOIN LATERAL
         (SELECT a.number FROM effects.tool_versions a
          WHERE a.server = $1 AND a.tool = o.tool AND a.accepted_at IS NOT NULL ORDER BY a.accepted_at DESC LIMIT 1) c ON true
       WHERE v.server = $1 AND v.tool = o.tool AND v.fingerprint = o.fingerprint
         AND (c.number IS NULL OR ($5 AND c.number <> v.number))`,
      [server, ...keysOf(offered), by, changes],
    );
  }

  private async forgetOld(manager: EntityManager, server: string, offered: readonly ToolDefinition[]): Promise<void> {
    const [tools] = keysOf(offered);
    await sql(
      manager,
      `DELETE FROM effects.tool_versions AS v
       WHERE v.server = $1 AND v.tool = ANY ($2) AND v.accepted_at IS NULL AND v.number <= $3 +
         (SELECT max(n.number) FROM effects.tool_versions n WHERE n.server = $1 AND n.tool = v.tool)`,
      [server, tools, -KEPT_UNACCEPTED],
    );
  }

  private async admitted(
    manager: EntityManager,
    server: string,
    offered: readonly ToolDefinition[],
  ): Promise<Map<string, AdmittedTool>> {
    const rows = await sql<RawVersion & { offered: number }>(
      manager,
      `SELECT DISTINCT ON (a.tool) a.*, v.number AS offered
       FROM unnest($2::text[], $3::text[]) AS o (tool, fingerprint)
       JOIN effects.tool_versions v ON v.server = $1 AND v.tool = o.tool AND v.fingerprint = o.fingerprint
       JOIN effects.tool_versions a ON a.server = $1 AND a.tool = o.tool AND a.accepted_at IS NOT NULL
       ORDER BY a.tool, a.accepted_at DESC`,
      [server, ...keysOf(offered)],
    );
    return new Map(rows.map((row) => [row.tool, { accepted: fromRaw(row), offered: row.offered }]));
  }
}

/** Names and fingerprints, side by side. */
function keysOf(offered: readonly ToolDefinition[]): [string[], string[]] {
  return [offered.map(({ name }) => name), offered.map(({ fingerprint }) => fingerprint)];
}

function fromRaw(row: RawVersion): ToolVersionRow {
  const { server, tool, number, definition } = row;
  return {
    server,
    tool,
    number,
    definition: fromStore(ToolDefinitionSchema, definition),
    seenAt: row.seen_at,
    acceptedAt: row.accepted_at ?? undefined,
    acceptedBy: row.accepted_by ?? '',
  };
}
