import { Inject, Injectable } from '@nestjs/common';
import { create, SwitchyardError, timestampFromDate, ToolVersionSchema, type ToolVersion } from '@switchyard/contracts';
import { ToolCatalog } from '../catalog/tool-catalog.service.js';
import { ToolServerPool } from '../servers/tool-server-pool.service.js';
import { ToolVersionsRepository, type ListedVersion, type ToolVersionRow } from './tool-versions.repository.js';

/** What people see and decide of the versions of tools. */
@Injectable()
export class ToolVersionsService {
  constructor(
    @Inject(ToolCatalog) private readonly catalog: ToolCatalog,
    @Inject(ToolServerPool) private readonly servers: ToolServerPool,
    @Inject(ToolVersionsRepository) private readonly repository: ToolVersionsRepository,
  ) {}

  /**
   * The newest first.
   *
   * @throws SwitchyardError `tool.not_found`, `tool.unversioned`
   */
  async list(tool: string): Promise<ToolVersion[]> {
    const rows = await this.rowsOf(tool);
    return rows.map((row) => message(row, row.current));
  }

  /**
   * From now on agents get this version; number 0 means the newest. Accepting what is accepted changes nothing.
   *
   * @throws SwitchyardError `tool.not_found`, `tool.unversioned`, `tool.version_not_found`
   */
  async accept(tool: string, number: number, by: string): Promise<ToolVersion> {
    const rows = await this.rowsOf(tool);
    const row = number === 0 ? rows[0] : rows.find((candidate) => candidate.number === number);
    if (!row) throw versionNotFound(tool, number, rows);
    if (row.current) return message(row, true);
    const accepted = await this.repository.accept(row.server, row.tool, row.number, by);
    if (!accepted) throw versionNotFound(tool, number, rows);
    await this.servers.announce();
    return message(accepted, true);
  }

  private async rowsOf(tool: string): Promise<ListedVersion[]> {
    const definition = await this.catalog.get(tool);
    const server = definition.source.slice(definition.source.indexOf(':') + 1);
    const rows = definition.source.includes(':') ? await this.repository.list(server, definition.name) : [];
    if (rows.length > 0) return rows;
    throw new SwitchyardError(
      'tool.unversioned',
      `"${definition.name}" is built in: it changes with Switchyard, and has no versions of its own.`,
      { details: { name: definition.name } },
    );
  }
}

function message(row: ToolVersionRow, current: boolean): ToolVersion {
  const { tool, number, definition, seenAt, acceptedAt, acceptedBy } = row;
  return create(ToolVersionSchema, {
    tool,
    number,
    definition,
    seenAt: timestampFromDate(seenAt),
    ...(acceptedAt ? { acceptedAt: timestampFromDate(acceptedAt) } : {}),
    acceptedBy,
    current,
  });
}

function versionNotFound(tool: string, number: number, rows: readonly ToolVersionRow[]): SwitchyardError {
  return new SwitchyardError(
    'tool.version_not_found',
    `There is no version ${number} of "${tool}". Kept are ${rows.map((row) => row.number).join(', ')}.`,
    { details: { name: tool, number } },
  );
}
